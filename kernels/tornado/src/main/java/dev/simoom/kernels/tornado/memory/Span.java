package dev.simoom.kernels.tornado.memory;

/**
 * A range of bytes.
 *
 * @param from the first
 * @param to the one after the last
 */
record Span(long from, long to) {
  boolean isEmpty() {
    return to <= from;
  }
}
