import type { List, PageRequest } from './context.js';

const LARGEST_PAGE = 1000;

/** Everything a list has, page by page, so that a download of any length needs little memory. */
export async function* eachOf<T>(read: (page: PageRequest) => Promise<List<T>>): AsyncGenerator<T> {
  for (let page: PageRequest | null = { limit: LARGEST_PAGE }; page !== null;) {
    const list: List<T> = await read(page);
    yield* list.items;
    page = list.next === null ? null : { limit: LARGEST_PAGE, after: list.next };
  }
}

export async function allOf<T>(read: (page: PageRequest) => Promise<List<T>>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of eachOf(read)) items.push(item);
  return items;
}
