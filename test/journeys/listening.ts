import { readdir, readFile, readlink } from 'node:fs/promises';

const LISTEN = '0A';
const LOOPBACK = '0100007F';

/** The addresses, as the kernel writes them, on which these processes listen beside 127.0.0.1; Linux tells. */
export async function listeningElsewhere(pids: readonly number[]): Promise<string[]> {
  return (await listening(pids)).filter((address) => !address.startsWith(`${LOOPBACK}:`));
}

export async function listening(pids: readonly number[]): Promise<string[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8')));
  const byInode = new Map<string, string>();
  for (const line of tables.flatMap((table) => table.split('\n').slice(1))) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state === LISTEN) byInode.set(inode, local);
  }
  const inodes = new Set((await Promise.all(pids.map(socketsOf))).flat());
  return [...byInode].filter(([inode]) => inodes.has(inode)).map(([, local]) => local);
}

async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((fd) =>
      // Closed since the folder was listed: then it is no socket that matters.
      readlink(`${folder}/${fd}`).catch(() => ''),
    ),
  );
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
