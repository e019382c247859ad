package dev.simoom.kernels.tornado.emulator;

/** Adds up what an execution does. */
final class Counter {
  private long total;
  private long writing;
  private long reading;
  private long kernels;
  private long in;
  private long out;

  void clear() {
    total = 0;
    writing = 0;
    reading = 0;
    kernels = 0;
    in = 0;
    out = 0;
  }

  void total(long nanos) {
    total += nanos;
  }

  void kernels(long nanos) {
    kernels += nanos;
  }

  void copiedIn(long bytes, long nanos) {
    in += bytes;
    writing += nanos;
  }

  void copiedOut(long bytes, long nanos) {
    out += bytes;
    reading += nanos;
  }

  Profile profile(long memory) {
    return new Profile(total, 0, writing, reading, kernels, in, out, memory);
  }
}
