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

Object.assign(globalThis, {
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
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
