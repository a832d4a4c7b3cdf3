/** How a run ends: its state, and for one that could not go on, why. */
export interface Ending {
  readonly state: 'waiting-for-approval' | 'completed' | 'completed-with-errors' | 'failed' | 'cancelled';
  readonly failureCode: string | null;
  readonly failureDetail: string | null;
}
