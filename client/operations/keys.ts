import { addKey } from '../../config/key-ring.js';
import { countByKey, listSealedOtherwise, sealAnew, whileAlone, type KeyUse } from '../../database/credential-keys.js';
import { requireOperator, type Call } from './context.js';
import { Refusal } from './refusals.js';

/**
 * The rotation of the key ring. Nothing is unreadable at any moment: a key is in the ring before anything is sealed with it,
 * and the old ones stay in it. Killed in between, the next rotation goes on where this one stopped.
 */
export interface Rotation {
  /** The key that seals now. */
  readonly key: string;
  /** Made by this rotation; false where one that was begun before was gone on with, or the ring is a variable's. */
  readonly made: boolean;
  readonly sealed: number;
  /** Credentials that still need another key, by key; only those that no key of the ring opens, unless somebody else wrote meanwhile. */
  readonly left: readonly KeyUse[];
  /** Credentials that no key of the ring opens. */
  readonly unreadable: readonly string[];
  /** Keys of the ring that no credential needs any more. */
  readonly idle: readonly string[];
}

export interface RotationWishes {
  /** Where the ring is a file; null: it is a variable's. */
  readonly keyFile: string | null;
  /** Somebody says that all processes know the variable's first key. */
  readonly isKnown: boolean;
  readonly onProgress: (sealed: number) => void;
}

const AT_ONCE = 100;

export async function rotateKeys(call: Call, wishes: RotationWishes): Promise<Rotation> {
  requireOperator(call);
  const { db, keys } = call.context;
  const { keyFile } = wishes;
  if (keys().length === 0)
    throw new Refusal('illegal-state', 'There is no key ring here, so there is nothing to rotate.');
  const made = keyFile === null ? requireKnown(wishes) : await whileAlone(db, () => makeKey(call, keyFile));
  const [first] = keys();
  const key = first?.id ?? '';
  let sealed = 0;
  const unreadable: string[] = [];
  for (let after: string | null = null; ;) {
    const batch = await listSealedOtherwise(db, key, { after, limit: AT_ONCE });
    for (const one of batch) {
      const fate = await sealAnew(db, keys(), one);
      if (fate === 'sealed') sealed += 1;
      if (fate === 'unreadable') unreadable.push(one.id);
    }
    after = batch.at(-1)?.id ?? null;
    if (after === null) break;
    wishes.onProgress(sealed);
  }
  const used = await countByKey(db);
  const needed = new Set(used.map((use) => use.key));
  const idle = keys()
    .slice(1)
    .map(({ id }) => id)
    .filter((id) => !needed.has(id));
  return { key, made, sealed, left: used.filter((use) => use.key !== key), unreadable, idle };
}

/** Not while a rotation before is unfinished: that one's key is new enough, and each further key would have to be kept. */
async function makeKey(call: Call, keyFile: string): Promise<boolean> {
  const { db, keys } = call.context;
  const ring = keys();
  const used = await countByKey(db);
  const isUnfinished = used.some(({ key }) => ring.slice(1).some(({ id }) => id === key));
  if (isUnfinished) return false;
  await addKey(keyFile);
  return true;
}

function requireKnown({ isKnown }: RotationWishes): false {
  if (isKnown) return false;
  throw new Refusal(
    'illegal-state',
    'The key ring is a variable (ROLLCALL_ENCRYPTION_KEYS), which a running process never reads again. First give every worker and API the new key behind the old one and restart them; then put it in front and restart them; then run this with the new ring and --restarted.',
  );
}

/** What is wrong with the keys, in a sentence; `ok` as long as everything can be read. */
export async function checkKeys(call: Call): Promise<{ name: 'keys'; ok: boolean; detail: string }> {
  const ring = call.context.keys().map(({ id }) => id);
  const [first] = ring;
  const used = await countByKey(call.context.db);
  const lost = used.filter(({ key }) => !ring.includes(key));
  const old = used.filter(({ key }) => ring.includes(key) && key !== first);
  if (first === undefined) return { name: 'keys', ok: used.length === 0, detail: 'The key ring is not at hand here.' };
  if (lost.length > 0) {
    const detail = `${listed(lost)} cannot be opened: no such key is in the ring. Put it back, or authorize those integrations again.`;
    return { name: 'keys', ok: false, detail };
  }
  if (old.length > 0) {
    const detail = `${listed(old)}, and "${first}" is the first: \`rollcall keys rotate\` seals them with it.`;
    return { name: 'keys', ok: true, detail };
  }
  return { name: 'keys', ok: true, detail: `All credentials are sealed with the first key, "${first}".` };
}

function listed(uses: readonly KeyUse[]): string {
  const parts = uses.map(({ key, credentials }) => `${credentials} with "${key}"`);
  return `Credentials sealed ${parts.join(' and ')}`;
}
