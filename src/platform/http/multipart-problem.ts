import { AppError } from '../errors.js';

/**
 * What stopped a multipart body from being read, as one of our own errors. Beside its limits (errors named MulterError)
 * the parser throws plain errors, each for damage in the body: none of them is our failure.
 */
export function multipartProblemOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { name, code, field } = (thrown ?? {}) as Record<string, unknown>;
  if (name !== 'MulterError') return broken(thrown);
  switch (code) {
    case 'LIMIT_FILE_SIZE':
    case 'LIMIT_FIELD_VALUE':
      return new AppError('body_too_large', { cause: thrown });
    case 'LIMIT_FILE_COUNT':
      return new AppError('body_too_large', {
        detail: 'Há arquivos demais. Envie menos arquivos de cada vez.',
        detailEn: 'There are too many files.',
        cause: thrown,
      });
    case 'LIMIT_PART_COUNT':
    case 'LIMIT_FIELD_COUNT':
      return new AppError('body_too_large', {
        detail: 'Há campos demais no formulário.',
        detailEn: 'There are too many fields.',
        cause: thrown,
      });
    case 'LIMIT_UNEXPECTED_FILE':
      return new AppError('validation_failed', {
        fields: [
          {
            path: typeof field === 'string' ? field : 'file',
            reason: 'takes no file, or not so many',
          },
        ],
        cause: thrown,
      });
    case 'LIMIT_FIELD_KEY':
    case 'MISSING_FIELD_NAME':
    case 'INVALID_FIELD_NAME':
      return new AppError('malformed_body', {
        detail: 'O nome de um campo do formulário falta ou não é válido.',
        detailEn: 'The name of a field is missing or not valid.',
        cause: thrown,
      });
    default:
      return broken(thrown);
  }
}

function broken(cause: unknown): AppError {
  return new AppError('malformed_body', {
    detail: 'O formulário chegou incompleto ou danificado. Envie de novo.',
    detailEn: 'The body is not valid multipart/form-data.',
    cause,
  });
}
