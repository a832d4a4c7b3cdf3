import { findIntegrationRecord, versionsOf, type ConfigurationPart } from '../database/integration-views.js';
import type { Carry } from './turn-effects.js';

/**
 * Saves a part of the configuration only over the version that whoever saves has seen, if they said which. It is
 * compared under the lock of the turn: of two who save at the same moment one is told of the other.
 */
export function unlessChanged(part: ConfigurationPart, save: Carry): Carry {
  return async (trx, integration, operation) => {
    const { seen } = operation.body as { seen?: string };
    const record = seen === undefined ? null : await findIntegrationRecord(trx, integration.id);
    if (record !== null && versionsOf(record)[part] !== seen) return { refused: changed(part) };
    return save(trx, integration, operation);
  };
}

/** Who it was is a person's name: it is looked up where the refusal is answered, and enters no history. */
const changed = (part: ConfigurationPart) => ({
  code: 'changed-meanwhile' as const,
  detail: `Somebody else has changed the ${part} meanwhile; nothing was saved.`,
});
