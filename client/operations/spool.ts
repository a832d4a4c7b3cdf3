import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from './refusals.js';
import type { SourceFile } from '../../providers/registry.js';

export const UPLOAD_LIMIT = 200 * 1024 * 1024;
const PIECE = 64 * 1024;

/** What somebody uploads, laid where it can be read more than once. Close it. */
export interface Spooled extends SourceFile {
  readonly digest: string;
  close(): Promise<void>;
}

export async function spool(source: AsyncIterable<Uint8Array>): Promise<Spooled> {
  const file = await openWithoutName();
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const bytes of source) {
      size += bytes.length;
      if (size > UPLOAD_LIMIT) {
        throw new Refusal('too-large', `The file is larger than ${UPLOAD_LIMIT} bytes (200 MB).`);
      }
      hash.update(bytes);
      await file.writeFile(bytes);
    }
    return { digest: hash.digest('hex'), open: () => pieces(file), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The file has no name from the beginning: whatever happens to this process, nothing of it is left on the disk. */
async function openWithoutName(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-upload-'));
  try {
    return await open(join(directory, 'file'), 'wx+', 0o600);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function* pieces(file: FileHandle): AsyncIterable<Uint8Array> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
