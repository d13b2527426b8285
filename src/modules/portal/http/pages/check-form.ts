import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { FieldError } from '../../../../platform/http/index.js';

const SENTENCES: Readonly<Record<string, string>> = {
  name: 'Informe o seu nome (até 120 caracteres).',
  email: 'Informe um e-mail válido, como nome@empresa.com.br.',
  reason: 'Escolha o motivo de contato.',
  details: 'Conte os detalhes (até 20.000 caracteres).',
  text: 'Escreva o comentário (até 20.000 caracteres).',
};

/**
 * Checks a form by the same class as the API, but answers with sentences for people. Unknown fields are no error here:
 * a browser may send more than we asked for.
 */
export async function checkForm<Dto extends object>(
  type: new () => Dto,
  body: unknown,
): Promise<{ readonly dto: Dto; readonly errors: readonly FieldError[] }> {
  const plain = typeof body === 'object' && body !== null ? body : {};
  const dto = plainToInstance(type, plain);
  const problems = await validate(dto, { whitelist: true });
  const nul = Object.entries(plain).filter(
    ([, value]) => typeof value === 'string' && value.includes('\0'),
  );
  const wrong = new Set([
    ...problems.map((problem) => problem.property),
    ...nul.map(([field]) => field),
  ]);
  return {
    dto,
    errors: [...wrong].map((field) => ({
      field,
      message: SENTENCES[field] ?? 'Confira este campo.',
    })),
  };
}

/** A text field of a form as typed; '' for everything else. */
export function typedText(body: Record<string, unknown> | undefined, field: string): string {
  const value = body?.[field];
  return typeof value === 'string' ? value : '';
}
