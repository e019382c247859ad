package dev.simoom.models.text;

import java.util.List;
import java.util.Objects;

/**
 * A model of the next byte from the few bytes before it, as a baseline for language models. Orders
 * are interpolated by Witten and Bell's method (Witten and Bell, "The zero-frequency problem",
 * 1991, method C): with n(h) the times context h was met, t(h) the number of distinct bytes met
 * after it and h' the context without its oldest byte, p(c | h) = (n(h c) + t(h) p(c | h')) / (n(h)
 * + t(h)); below the empty context all bytes are equally likely. Each document starts as though
 * zero bytes stood before it.
 */
public final class ByteNgramModel {
  /** The longest context, in bytes. */
  public static final int MAX_ORDER = 3;

  private static final double UNIFORM = 1.0 / 256;

  private final Order[] orders;

  private ByteNgramModel(Order[] orders) {
    this.orders = orders;
  }

  /** What is known of contexts of one length: the key of a context has its oldest byte on top. */
  private record Order(IntIntMap followed, IntIntMap met, IntIntMap distinct) {
    static Order with(IntIntMap followed) {
      IntIntMap met = new IntIntMap(1 << 10);
      IntIntMap distinct = new IntIntMap(1 << 10);
      followed.forEach(
          (key, count) -> {
            met.add(key >>> 8, count);
            distinct.add(key >>> 8, 1);
          });
      return new Order(followed, met, distinct);
    }

    double interpolate(int history, int next, double shorter) {
      int times = met.get(history);
      if (times <= 0) {
        return shorter;
      }
      int count = Math.max(0, followed.get(history << 8 | next));
      int kinds = distinct.get(history);
      return (count + kinds * shorter) / ((double) times + kinds);
    }
  }

  /**
   * Counts documents.
   *
   * @param order the length of the context in bytes, 0 to {@value #MAX_ORDER}
   * @throws IllegalArgumentException if the order is out of its range
   */
  public static ByteNgramModel train(List<byte[]> documents, int order) {
    if (order < 0 || order > MAX_ORDER) {
      throw new IllegalArgumentException(
          "order is %d but must be 0 to %d".formatted(order, MAX_ORDER));
    }
    IntIntMap followed = new IntIntMap(1 << 16);
    int keep = mask(order + 1);
    for (byte[] document : documents) {
      int recent = 0;
      for (byte b : document) {
        recent = recent << 8 | b & 0xFF;
        followed.add(recent & keep, 1);
      }
    }
    Order[] orders = new Order[order + 1];
    for (int length = order; length >= 0; length--) {
      orders[length] = Order.with(followed);
      followed = shorten(followed, mask(length));
    }
    return new ByteNgramModel(orders);
  }

  /** The same counts without the oldest byte. */
  private static IntIntMap shorten(IntIntMap followed, int keep) {
    IntIntMap shorter = new IntIntMap(1 << 10);
    followed.forEach((key, count) -> shorter.add(key & keep, count));
    return shorter;
  }

  private static int mask(int bytes) {
    return bytes == 4 ? -1 : (1 << 8 * bytes) - 1;
  }

  /**
   * The probability that a byte comes next.
   *
   * @param history the bytes before it, the nearest one lowest; 0 stands for bytes before the start
   *     of the document
   * @param next the byte, 0 to 255
   */
  public double probability(int history, int next) {
    Objects.checkIndex(next, 256);
    double probability = UNIFORM;
    for (int length = 0; length < orders.length; length++) {
      probability = orders[length].interpolate(history & mask(length), next, probability);
    }
    return probability;
  }

  /**
   * The mean of -log2 p over all bytes of the documents.
   *
   * @throws IllegalArgumentException if there are no bytes
   */
  public double bitsPerByte(List<byte[]> documents) {
    double nats = 0;
    long bytes = 0;
    for (byte[] document : documents) {
      int history = 0;
      for (byte b : document) {
        nats -= StrictMath.log(probability(history, b & 0xFF));
        history = history << 8 | b & 0xFF;
      }
      bytes += document.length;
    }
    if (bytes == 0) {
      throw new IllegalArgumentException("bitsPerByte needs at least one byte of text");
    }
    return nats / StrictMath.log(2) / bytes;
  }
}
