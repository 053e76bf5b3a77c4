import '@testing-library/jest-dom';

import { configure } from '@testing-library/react';

configure({ asyncUtilTimeout: 20_000 });

// What browsers have and jsdom lacks, as far as Grafana's components use it.
class Observer {
  observe() {
    return undefined;
  }
  unobserve() {
    return undefined;
  }
  disconnect() {
    return undefined;
  }
}

const encoding = jest.requireActual<{ TextDecoder: unknown; TextEncoder: unknown }>('node:util');

Object.assign(globalThis, {
  TextDecoder: encoding.TextDecoder,
  TextEncoder: encoding.TextEncoder,
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
});

Object.defineProperty(globalThis, 'matchMedia', {
  value: (media: string) => ({
    media,
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }),
});

const canvas = { measureText: (text: string) => ({ width: 8 * text.length }) };
HTMLCanvasElement.prototype.getContext = (() => canvas) as never;

// Lists show only what fits into their height; without a size nothing would.
const size = { width: 240, height: 240, x: 0, y: 0, top: 0, left: 0, right: 240, bottom: 240 };
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.getBoundingClientRect = () => ({ ...size, toJSON: () => size });
Object.defineProperties(Element.prototype, {
  clientHeight: { get: () => size.height },
  clientWidth: { get: () => size.width },
});
