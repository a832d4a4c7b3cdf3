import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';

/**
 * The workflows' bundle, made once when the project is built: a worker that bundles by itself at its start needs a
 * second longer and a hundred megabytes more.
 */
const entry = (extension: string) => fileURLToPath(new URL(`../workflows/index.${extension}`, import.meta.url));
const builtBundle = () => fileURLToPath(new URL('../workflows/bundle.cjs', import.meta.url));

export async function buildWorkflowBundle(): Promise<string> {
  const compiled = entry('js');
  const { code } = await bundleWorkflowCode({
    workflowsPath: existsSync(compiled) ? compiled : entry('ts'),
    logger: SILENT,
  });
  return code;
}

/** The bundle beside the compiled workflows, or a fresh one where there is none (tests, development). */
export async function loadWorkflowBundle(): Promise<WorkflowBundleOption> {
  const path = builtBundle();
  return existsSync(path) ? { codePath: path } : { code: await buildWorkflowBundle() };
}

export async function writeWorkflowBundle(): Promise<void> {
  await writeFile(builtBundle(), await buildWorkflowBundle());
}

const ignore = () => undefined;
const SILENT = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
