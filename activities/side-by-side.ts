/** Waits for all, also when one fails: nothing of an activity may still be writing when it has ended. */
export async function sideBySide<T extends readonly Promise<unknown>[] | []>(
  work: T,
): Promise<{ -readonly [Key in keyof T]: Awaited<T[Key]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
