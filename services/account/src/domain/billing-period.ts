/**
 * Start of the billing period that `now` lies in, both in milliseconds since the epoch. Periods begin on the day and time of day (UTC) of the
 * user's creation, each month; in a month without that day, on its last. So they do before it, which is where a clock may stand that is right.
 */
export function periodStart(createdAt: number, now: number): number {
  const created = new Date(createdAt);
  const current = new Date(now);
  const months = (current.getUTCFullYear() - created.getUTCFullYear()) * 12 + current.getUTCMonth() - created.getUTCMonth();
  const start = addMonths(created, months);
  return start <= now ? start : addMonths(created, months - 1);
}

/** How far the clocks of two processes may lie apart. */
const apartMs = 24 * 3_600_000;

/**
 * Whether what was counted since `start` counts no more. A period that lies ahead was begun by a clock that was put right since, and would
 * else go on until then.
 */
export function isOver(start: number, { periodStart, now }: { periodStart: number; now: number }): boolean {
  return periodStart > start || start > now + apartMs;
}

function addMonths(date: Date, months: number): number {
  const firstOfMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const [year, month] = [firstOfMonth.getUTCFullYear(), firstOfMonth.getUTCMonth()];
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const timeOfDay = date.getTime() - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return Date.UTC(year, month, Math.min(date.getUTCDate(), daysInMonth)) + timeOfDay;
}
