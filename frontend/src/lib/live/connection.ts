import type { EventShown } from '@/lib/api/schema';
import { NOT_SIGNED_IN, read } from '@/lib/live/messages';

const SILENCE_MS = 40_000; // the gateway says something every 15 s
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export interface Live {
  status: 'connecting' | 'live' | 'lost';
  /** When something was last heard, in seconds since 1970; null: never. */
  heardAt: number | null;
}

export interface Hears {
  state: (live: Live) => void;
  event: (event: EventShown) => void;
  /** Something may have been missed: look at everything again. */
  missed: () => void;
  signedOut: () => void;
}

/** A socket that comes back by itself, with the cursor of the last thing heard, so that nothing is missed. */
export class Connection {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wait = FIRST_WAIT_MS;
  private live: Live = { status: 'connecting', heardAt: null };
  private isOver = false;

  constructor(
    private readonly address: string,
    private cursor: string,
    private readonly hears: Hears,
  ) {
    this.open();
  }

  /** Now rather than after the wait: the network is back, or the page is looked at again. */
  hurry = (): void => {
    if (this.live.status !== 'lost' || this.isOver) return;
    this.wait = FIRST_WAIT_MS;
    this.open();
  };

  end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.drop();
  }

  private open(): void {
    clearTimeout(this.timer);
    this.drop();
    const socket = new WebSocket(`${this.address}?cursor=${this.cursor}`);
    this.socket = socket;
    socket.onmessage = (message) => this.hear(message.data);
    socket.onclose = (closed) => this.closed(closed.code);
    this.expectSound();
  }

  private drop(): void {
    if (!this.socket) return;
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = undefined;
  }

  private expectSound(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.closed(0), SILENCE_MS);
  }

  private hear(data: unknown): void {
    const message = read(data);
    if (message === null || message.type === 'problem') return;
    this.expectSound();
    this.cursor = message.cursor;
    this.wait = FIRST_WAIT_MS;
    const wasLost = this.live.status === 'lost';
    this.tell({ status: 'live', heardAt: Date.now() / 1000 });
    if (message.type === 'event') this.hears.event(message);
    if (message.type === 'reset' || wasLost) this.hears.missed();
  }

  private closed(code: number): void {
    this.drop();
    if (this.isOver) return;
    this.tell({ ...this.live, status: 'lost' });
    if (code === NOT_SIGNED_IN) this.hears.signedOut();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  private tell(live: Live): void {
    this.live = live;
    this.hears.state(live);
  }
}
