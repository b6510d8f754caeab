/**
 * Start of the billing period that `now` lies in, both in milliseconds since the epoch. Periods begin on the day and time of day (UTC) of the
 * user's creation, each month; in a month without that day, on its last. Before the creation it is the creation.
 */
export function periodStart(createdAt: number, now: number): number {
  if (now <= createdAt) return createdAt;
  const created = new Date(createdAt);
  const current = new Date(now);
  const months = (current.getUTCFullYear() - created.getUTCFullYear()) * 12 + current.getUTCMonth() - created.getUTCMonth();
  const start = addMonths(created, months);
  return start <= now ? start : addMonths(created, months - 1);
}

function addMonths(date: Date, months: number): number {
  const firstOfMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const [year, month] = [firstOfMonth.getUTCFullYear(), firstOfMonth.getUTCMonth()];
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const timeOfDay = date.getTime() - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return Date.UTC(year, month, Math.min(date.getUTCDate(), daysInMonth)) + timeOfDay;
}
