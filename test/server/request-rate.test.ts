import assert from "node:assert/strict";
import { test } from "node:test";
import type { LimitName } from "../../src/base/limit-watch.ts";
import type { HearSpent } from "../../src/base/shared-spending.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { type RequestRate, requestRate } from "../../src/server/request-rate.ts";
import { fakeClock } from "../support/fake-clock.ts";

/** How many of `count` requests are let through. */
function taken(rate: RequestRate, address: string, count: number): number {
  let through = 0;
  for (let times = 0; times < count; times++) {
    try {
      rate.take(address);
      through += 1;
    } catch (error) {
      assert.ok(error instanceof HttpError && error.status === 429);
    }
  }
  return through;
}

function retryAfter(rate: RequestRate, address: string): string | undefined {
  try {
    rate.take(address);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return error.fields.find(([name]) => name === "Retry-After")?.[1];
  }
}

test("so many come at once, then as many as the rate says", () => {
  const clock = fakeClock();
  const rate = requestRate({ rateMax: 2, burstMax: 5, clock });
  assert.equal(taken(rate, "192.0.2.1", 20), 5);
  clock.advance(1_000);
  assert.equal(taken(rate, "192.0.2.1", 20), 2);
  clock.advance(60_000);
  assert.equal(taken(rate, "192.0.2.1", 20), 5);
});

test("whoever keeps to the rate is never refused", () => {
  const clock = fakeClock();
  const rate = requestRate({ rateMax: 10, burstMax: 1, clock });
  for (let times = 0; times < 100; times++) {
    assert.equal(taken(rate, "192.0.2.1", 1), 1);
    clock.advance(100);
  }
});

test("the wait is told in whole seconds, and is enough", () => {
  const clock = fakeClock();
  const rate = requestRate({ rateMax: 0.4, burstMax: 1, clock });
  assert.equal(retryAfter(rate, "192.0.2.1"), undefined);
  assert.equal(retryAfter(rate, "192.0.2.1"), "3");
  clock.advance(1_000);
  assert.equal(retryAfter(rate, "192.0.2.1"), "2");
  clock.advance(2_000);
  assert.equal(retryAfter(rate, "192.0.2.1"), undefined);
});

test("a refused request costs no token", () => {
  const clock = fakeClock();
  const rate = requestRate({ rateMax: 1, burstMax: 1, clock });
  taken(rate, "192.0.2.1", 1_000);
  clock.advance(1_000);
  assert.equal(taken(rate, "192.0.2.1", 10), 1);
});

test("each client has its own, and one network of IPv6 is one client", () => {
  const rate = requestRate({ rateMax: 1, burstMax: 2, clock: fakeClock() });
  assert.equal(taken(rate, "192.0.2.1", 5), 2);
  assert.equal(taken(rate, "192.0.2.2", 5), 2);
  assert.equal(taken(rate, "2001:db8::1", 1), 1);
  assert.equal(taken(rate, "2001:db8::ffff:1", 5), 1);
  assert.equal(taken(rate, "2001:db8:0:1::1", 5), 2);
});

test("peers of a Unix socket that nobody has named are not one client", () => {
  const rate = requestRate({ rateMax: 1, burstMax: 1, clock: fakeClock() });
  assert.equal(taken(rate, "unix", 100), 100);
  assert.equal(rate.clientCount, 0);
});

test("a flood of addresses takes no more memory than its bound, and is forgotten", () => {
  const clock = fakeClock();
  const rate = requestRate({ rateMax: 1, burstMax: 10, clock, clientsMax: 1_000 });
  for (let at = 0; at < 5_000; at++) rate.take(`10.0.${at >> 8}.${at & 255}`);
  assert.equal(rate.clientCount, 1_000);
  clock.advance(60_000);
  for (let at = 0; at < 1_000; at++) {
    clock.advance(10_000);
    rate.take("192.0.2.1");
  }
  assert.equal(rate.clientCount, 1);
});

test("a client that goes on is not forgotten for those who came once", () => {
  const clock = fakeClock();
  const rate = requestRate({ rateMax: 0.001, burstMax: 3, clock, clientsMax: 10 });
  assert.equal(taken(rate, "192.0.2.1", 3), 3);
  for (let at = 0; at < 100; at++) {
    rate.take(`10.0.0.${at}`);
    assert.equal(taken(rate, "192.0.2.1", 1), 0);
  }
});

test("a refusal is told to whoever counts", () => {
  const hits: LimitName[] = [];
  const watch = { hit: (limit: LimitName) => void hits.push(limit) };
  taken(requestRate({ rateMax: 1, burstMax: 1, clock: fakeClock(), watch }), "192.0.2.1", 3);
  assert.deepEqual(hits, ["request_rate", "request_rate"]);
});

test("what other processes let through is taken out of the bucket", () => {
  const clock = fakeClock();
  const spent: string[] = [];
  let hear: HearSpent = () => {};
  const fellows = {
    spent: (client: string) => void spent.push(client),
    hearWith(next: HearSpent) {
      hear = next;
    },
  };
  const rate = requestRate({ rateMax: 1, burstMax: 5, clock, fellows });
  assert.equal(taken(rate, "192.0.2.1", 1), 1);
  hear("192.0.2.1", 3);
  assert.equal(taken(rate, "192.0.2.1", 5), 1);
  assert.deepEqual(spent, ["192.0.2.1", "192.0.2.1"], "a refused request spends nothing");
  // However much it was: an empty bucket is as empty as it gets.
  hear("192.0.2.1", 1_000);
  clock.advance(1_000);
  assert.equal(taken(rate, "192.0.2.1", 5), 1);
});

test("a clock that shows fractions takes no token away", () => {
  const clock = fakeClock();
  const rate = requestRate({ rateMax: 3, burstMax: 3, clock });
  for (let times = 0; times < 200; times++) {
    clock.advance(1_000 + 1 / 7);
    assert.equal(taken(rate, "192.0.2.1", 5), 3, `round ${times}`);
  }
});
