import { setTimeout as delay } from 'node:timers/promises';
import type { SingleBar } from 'cli-progress';
import type { ImportView } from '../operations/imports.js';
import type { Io } from './io.js';

const LOOK_EVERY_MS = 300;

/** Looks until the import has ended; draws where somebody watches. */
export async function watch(io: Io, look: () => Promise<ImportView>): Promise<ImportView> {
  const bar = io.terminal === null ? null : await openBar(io.terminal);
  try {
    for (;;) {
      const current = await look();
      if (bar !== null) draw(bar, current);
      if (current.endedAt !== null) return current;
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    bar?.stop();
  }
}

async function openBar(terminal: NodeJS.WritableStream): Promise<SingleBar> {
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({
    stream: terminal,
    format: '{phase} {bar} {value}/{total} {rate}',
    hideCursor: true,
    clearOnComplete: false,
  });
  bar.start(1, 0, { phase: 'waiting  ', rate: '' });
  return bar;
}

function draw(bar: SingleBar, { phase, progress }: ImportView): void {
  const { done, total, perSecond, secondsLeft } = progress;
  const left = secondsLeft === null ? '' : `, ${secondsLeft} s left`;
  bar.setTotal(Math.max(total ?? done ?? 1, 1));
  bar.update(phase === 'done' ? Math.max(total ?? done ?? 1, 1) : (done ?? 0), {
    phase: phase.padEnd(9),
    rate: perSecond === null ? '' : `${perSecond}/s${left}`,
  });
}
