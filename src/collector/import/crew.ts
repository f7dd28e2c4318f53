/** Those who prepare families: other threads, or where there is little to do this one. */
import type { ResourceLimits, Worker } from 'node:worker_threads';
import type { Agent, AgentEnvironment } from '../../agents/agent.ts';
import { prepareFamily, type PreparedFamily, type PrepareOptions, type PrepareOrder, type TurnSink } from './prepare-family.ts';
import type { CrewAnswer, CrewOrder } from './crew-worker.ts';
import { isRunning, startThread } from './start-thread.ts';

export interface Crew {
  /** How many families are worth asking for at once. */
  width: number;
  /** See `prepareFamily`. Throws on a broken disk only. Undefined: a thread died of it, which only a family too large for the memory brings about. */
  prepare(agent: Agent, order: PrepareOrder, handOn: TurnSink): Promise<PreparedFamily | undefined>;
  close(): Promise<void>;
}

/** Does the work itself, when asked. */
export function createLoneCrew(options: PrepareOptions): Crew {
  return { width: 1, prepare: async (agent, order, handOn) => prepareFamily(agent, order, { ...options, handOn }), close: async () => undefined };
}

export interface CrewOptions {
  threads: number;
  environment: AgentEnvironment;
  /** How much memory a thread may take; absent: see `startThread`. */
  limits?: ResourceLimits;
  /** The first thread, where it was started before. */
  started?: Worker;
}

/** One is at work, the others wait at its door: a thread must not stand idle while this one is busy writing. Most families are small. */
const ORDERS_A_THREAD = 8;

interface Order {
  message: CrewOrder;
  handOn: TurnSink;
  resolve(prepared: PreparedFamily | undefined): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** In the order in which it does them. */
  orders: Map<number, Order>;
}

/** Threads that know the agents by their ids and scrub as the collector does. */
export function createCrew({ threads: count, environment, limits, started }: CrewOptions): Crew {
  const early = started && isRunning(started) ? [started] : [];
  const threads: Thread[] = [];
  let isClosed = false;
  let nextId = 0;
  const start = (): Thread => {
    const thread: Thread = { worker: early.pop() ?? startThread(environment, limits), orders: new Map() };
    threads.push(thread);
    thread.worker.on('message', (answer: CrewAnswer) => {
      const order = thread.orders.get(answer.id);
      if ('turns' in answer) return order?.handOn(answer.turns);
      thread.orders.delete(answer.id);
      if ('prepared' in answer) order?.resolve(answer.prepared);
      else order?.reject(Object.assign(new Error(answer.error.message), answer.error));
    });
    thread.worker.on('error', (error: NodeJS.ErrnoException) => {
      threads.splice(threads.indexOf(thread), 1);
      const [first, ...others] = thread.orders.values();
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return thread.orders.forEach((order) => order.reject(error));
      first?.resolve(undefined);
      // They only waited behind it.
      for (const order of others) send(order);
    });
    return thread;
  };
  const least = (): Thread => {
    while (threads.length < count) start();
    return threads.reduce((a, b) => (b.orders.size < a.orders.size ? b : a));
  };
  const send = (order: Order): void => {
    if (isClosed) return order.reject(new Error('The crew has gone home.'));
    const thread = least();
    thread.orders.set(order.message.id, order);
    thread.worker.postMessage(order.message);
  };
  return {
    width: count * ORDERS_A_THREAD,
    prepare: (agent, order, handOn) =>
      new Promise((resolve, reject) => {
        send({ message: { ...order, id: nextId++, agent: agent.id, billing: agent.traits.billing }, handOn, resolve, reject });
      }),
    async close() {
      isClosed = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
