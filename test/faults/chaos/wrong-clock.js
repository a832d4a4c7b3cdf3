/** Preloaded into a worker: its clock is wrong by CHAOS_CLOCK_HOURS. Timers run as they should; only the time of day lies. */
const RightDate = Date;
const wrongBy = Number(process.env.CHAOS_CLOCK_HOURS ?? '0') * 3_600_000;

globalThis.Date = class extends RightDate {
  constructor(...given) {
    if (given.length === 0) super(RightDate.now() + wrongBy);
    else super(...given);
  }

  static now() {
    return RightDate.now() + wrongBy;
  }
};
