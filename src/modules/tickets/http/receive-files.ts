import type { Request, Response } from 'express';
import multer from 'multer';
import { PassThrough, type Readable } from 'node:stream';
import { multipartProblemOf } from '../../../platform/http/index.js';

export interface IncomingFile {
  readonly stream: Readable;
  readonly filename: string;
  readonly mediaType: string;
}

/**
 * Hands each file of a multipart body to `take` as it comes in, in bounded memory (nothing is gathered here). One file a
 * request; AppErrors of `multipartProblemOf`.
 */
export async function receiveFiles<Taken>(
  request: Request,
  response: Response,
  take: (file: IncomingFile) => Promise<Taken>,
): Promise<Taken[]> {
  if (request.is('multipart/form-data') === false) return [];
  const taken: Taken[] = [];
  const receive = async (file: Express.Multer.File, done: Done): Promise<void> => {
    // A stream of its own: whoever takes the file may destroy it without the body's parser noticing.
    const stream = new PassThrough();
    file.stream.on('error', (error: Error) => stream.destroy(error));
    file.stream.pipe(stream);
    try {
      taken.push(await take({ stream, filename: file.originalname, mediaType: file.mimetype }));
      done(null, {});
    } catch (error) {
      // The rest of the body is read and dropped, so that the client gets its answer, not a reset.
      file.stream.unpipe(stream);
      file.stream.resume();
      done(error);
    }
  };
  const storage: multer.StorageEngine = {
    _handleFile: (_request, file, done) => void receive(file, done),
    _removeFile: (_request, _file, done) => done(null),
  };
  const parse = multer({
    storage,
    limits: { files: 1, fields: 5, fieldSize: 1_000, fieldNameSize: 100, headerPairs: 50 },
    defParamCharset: 'utf8',
  }).any();
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(multipartProblemOf(error));
    });
  });
  return taken;
}

type Done = (error?: unknown, info?: Partial<Express.Multer.File>) => void;
