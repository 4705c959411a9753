import type { LoosePoints } from "../../functions/domain/backtest/regular-series.ts";

/** Points of one signal while a file is read: columns that double when they are full. */
export class PointColumns {
  readonly name: string;
  readonly bytes: Uint8Array;
  private seconds: Float64Array<ArrayBuffer> = new Float64Array(1024);
  private values: Float64Array<ArrayBuffer> = new Float64Array(1024);
  private samples: Float64Array<ArrayBuffer> = new Float64Array(1024);
  private hasSamples = false;
  private count = 0;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
  }

  /** NaN for a row without a value, or without samples. */
  add(second: number, value: number, samples: number): void {
    if (this.count === this.seconds.length) {
      this.seconds = doubled(this.seconds);
      this.values = doubled(this.values);
      this.samples = doubled(this.samples);
    }
    this.seconds[this.count] = second;
    this.values[this.count] = value;
    this.samples[this.count] = samples;
    if (!Number.isNaN(samples)) this.hasSamples = true;
    this.count++;
  }

  points(): LoosePoints {
    return {
      seconds: this.seconds.subarray(0, this.count),
      values: this.values.subarray(0, this.count),
      samples: this.hasSamples ? this.samples.subarray(0, this.count) : null,
    };
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const twice = new Float64Array(2 * column.length);
  twice.set(column);
  return twice;
}
