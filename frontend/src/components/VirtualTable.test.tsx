import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { VirtualTable } from '@/components/VirtualTable';

const row = (at: number) => ({ id: `row ${at}` });
const table = (props: Partial<Parameters<typeof VirtualTable<{ id: string }>>[0]> = {}) =>
  render(
    <VirtualTable
      label="Things"
      count={100_000}
      row={row}
      rowKey={(one) => one.id}
      columns={[{ name: 'Id', width: '1fr', cell: (one) => one.id }]}
      {...props}
    />,
  );

it('holds only the rows in sight, of a hundred thousand', () => {
  table();
  const rows = screen.getAllByRole('row').length;
  expect(rows).toBeGreaterThan(20);
  expect(rows).toBeLessThan(60);
  expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '100001');
});

it('moves the selection by keyboard', async () => {
  const onSelect = vi.fn();
  table({ selected: 'row 2', onSelect });
  screen.getByRole('rowgroup', { name: 'Rows' }).focus();
  await userEvent.keyboard('j');
  expect(onSelect).toHaveBeenLastCalledWith({ id: 'row 3' });
  await userEvent.keyboard('{ArrowUp}');
  expect(onSelect).toHaveBeenLastCalledWith({ id: 'row 1' });
});

it('says which rows are in sight, so that their pages can be asked for', () => {
  const onRange = vi.fn();
  table({ onRange });
  expect(onRange).toHaveBeenLastCalledWith(0, 30);
});
