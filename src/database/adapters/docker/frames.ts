/**
 * Takes apart what an engine sends of a process in a container: frames of which output it is, three zeros, the length in
 * four bytes, and the bytes.
 */

export interface Frame {
  readonly output: 'stdout' | 'stderr';
  readonly content: Buffer;
}

const headerLength = 8;

export class FrameReader {
  #pending: Buffer[] = [];
  #pendingLength = 0;
  /** What is still to come of the frame that is being read. */
  #left = 0;
  #output: Frame['output'] = 'stdout';

  /** What came, as far as it can be told; a long frame is given in pieces. */
  *read(bytes: Buffer): Generator<Frame> {
    this.#pending.push(bytes);
    this.#pendingLength += bytes.length;
    for (;;) {
      while (this.#left === 0) {
        if (this.#pendingLength < headerLength) return;
        const header = this.#take(headerLength);
        this.#output = header.readUInt8(0) === 2 ? 'stderr' : 'stdout';
        this.#left = header.readUInt32BE(4);
      }
      const length = Math.min(this.#left, this.#pendingLength);
      if (length === 0) return;
      this.#left -= length;
      yield { output: this.#output, content: this.#take(length) };
    }
  }

  #take(length: number): Buffer {
    const [first] = this.#pending;
    const all = this.#pending.length === 1 && first !== undefined ? first : Buffer.concat(this.#pending);
    this.#pending = all.length === length ? [] : [all.subarray(length)];
    this.#pendingLength -= length;
    return all.subarray(0, length);
  }
}
