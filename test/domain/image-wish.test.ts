import { describe, expect, it } from "vitest";
import { parseImageWish } from "../../functions/domain/image-wish.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;

describe("an image that a person asks for", () => {
  it.each([
    [`demo/checkout@${DIGEST}`, { container: null, image: `demo/checkout@${DIGEST}` }],
    [`app=demo/checkout@${DIGEST}`, { container: "app", image: `demo/checkout@${DIGEST}` }],
    [`demo/checkout:v1@${DIGEST}`, { container: null, image: `demo/checkout@${DIGEST}` }],
    [`registry.example:5000/checkout@${DIGEST}`, { container: null, image: `registry.example:5000/checkout@${DIGEST}` }],
    [`registry.example:5000/checkout:v1@${DIGEST}`, { container: null, image: `registry.example:5000/checkout@${DIGEST}` }],
  ])("%s is taken by its digest", (text, wish) => {
    expect(parseImageWish(text)).toEqual({ ...wish, digest: DIGEST });
  });

  it.each([
    ["demo/checkout:v1", "a tag may name another image by now"],
    ["demo/checkout", "a tag may name another image by now"],
    ["demo/checkout@sha256:abc", "that is no digest of 64 hexadecimal digits"],
    [`App=demo/checkout@${DIGEST}`, "that is no digest"],
    [`=demo/checkout@${DIGEST}`, "expected [container=]name@sha256:<64 hexadecimal digits>"],
  ])("%s is refused with the reason", (text, problem) => {
    expect(parseImageWish(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
