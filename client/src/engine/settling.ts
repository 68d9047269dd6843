import type { Container } from "./engine.ts";

/** How often a container that died is asked for until the list agrees. */
const mostLooks = 10;

interface Look {
  left: number;
  readonly died: boolean;
}

/**
 * Engines send some events before their own list shows what happened: Docker
 * 20.10 tells that a container died some 70 ms before it lists it as exited.
 * So each container that had an event is looked at twice, and one that died
 * until it no longer runs.
 */
export class Settling {
  readonly #looks = new Map<string, Look>();

  note(id: string, action: string): void {
    const died = action === "die";
    this.#looks.set(id, { died, left: died ? mostLooks : 1 });
  }

  /** After a look at the list: the ids to look at once more. */
  due(containers: readonly Container[]): readonly string[] {
    const byId = new Map(containers.map((each) => [each.id, each]));
    const again: string[] = [];
    for (const [id, look] of this.#looks) {
      const container = byId.get(id);
      const isSettled = look.left === 0 || (look.died && container?.state !== "running");
      if (isSettled) {
        this.#looks.delete(id);
      } else {
        look.left--;
        again.push(id);
      }
    }
    return again;
  }
}
