// What clients spend of an allowance at all processes of a server, as a port: whoever keeps the
// account tells what is spent here and hears what was spent elsewhere, a little later
// (cli/workers/spending.ts). Whoever is alone hears nothing.

export type HearSpent = (client: string, count: number) => void;

export interface SharedSpending {
  /** One more, here. */
  spent(client: string): void;
  /** From now on this one hears of the others, and no former one. */
  hearWith(hear: HearSpent): void;
}

export const SPENT_NOWHERE_ELSE: SharedSpending = {
  spent() {},
  hearWith() {},
};
