import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { importDueSignal, integrationWorkflowId, type IntegrationRef } from './messages.js';

/**
 * What the Schedule starts: it tells the integration that an import is due, and ends. The integration decides, since
 * it alone knows whether one runs already or is paused.
 */
export async function importDue({ integration }: IntegrationRef): Promise<string> {
  try {
    await getExternalWorkflowHandle(integrationWorkflowId(integration)).signal(importDueSignal);
    return 'told';
  } catch (error) {
    // Only "there is no such workflow" reaches here; a schedule without its integration has nothing to do.
    log.warn('no integration to tell', { integration, error: error instanceof Error ? error.name : 'unknown' });
    return 'nothing to do';
  }
}
