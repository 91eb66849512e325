/** The last of what a program printed: the reason when it did not do what it should. */

const keptCharacters = 4_000;
const saidLines = 4;
const saidCharacters = 600;

export class LastWords {
  #tail = '';

  add(text: string): void {
    this.#tail = (this.#tail + text).slice(-keptCharacters);
  }

  /** On one line. It is other people's text, so nothing in it may steer a terminal or a log. */
  said(): string {
    const lines = this.#tail.replaceAll(/[^\P{Cc}\n]/gu, ' ').split('\n');
    const written = lines.map((line) => line.trim()).filter((line) => line !== '');
    return written.slice(-saidLines).join(' | ').slice(-saidCharacters);
  }
}
