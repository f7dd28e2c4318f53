/** What a table or a row of figures on a page says, by the words that a person reads. */
import type { Page } from 'playwright-core';

/** Name of a row (its first cell's first line; `isWhole`: all its lines, with spaces between) → header → text of the cell. */
export type TableText = Record<string, Record<string, string>>;

/** The table with this label, once it has a row. Throws where it never has. */
export async function readTable(page: Page, label: string, { isWhole = false } = {}): Promise<TableText> {
  const table = page.getByRole('table', { name: label, exact: true });
  await table.locator('tbody tr').first().waitFor();
  const { headers, rows } = await table.evaluate((element: { querySelectorAll(selector: string): Iterable<{ innerText: string; querySelectorAll(selector: string): Iterable<{ innerText: string }> }> }) => ({
    headers: [...element.querySelectorAll('thead th')].map((cell) => cell.innerText.trim()),
    rows: [...element.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())),
  }));
  return Object.fromEntries(rows.map((cells) => [isWhole ? (cells[0] ?? '').replace(/\s+/g, ' ') : (cells[0]?.split('\n')[0] ?? ''), Object.fromEntries(headers.map((header, at) => [header, cells[at] ?? '']))]));
}

/** The large number below a label. */
export async function readStat(page: Page, label: string): Promise<string> {
  const value = page.locator('main div', { has: page.locator(`xpath=./div[1][normalize-space(.)="${label}"]`) }).last().locator('xpath=./div[2]');
  return (await value.innerText()).trim();
}
