package dev.simoom.tensor.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.simoom.kernels.LiveBuffers;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Reads files that were broken in small ways, and wants each to be read or refused with the
 * reader's own exception, in bounded time and memory.
 *
 * <p>The system property {@code simoom.fuzz.mutants} says how many a test tries, 20,000 unless set.
 */
public final class Mutants {
  private static final int COUNT = Integer.getInteger("simoom.fuzz.mutants", 20_000);

  /** What a reader may take for itself, whatever the file: inflaters and their buffers. */
  private static final long CONSTANT_BYTES = 300_000;

  /** Objects for what stands in a file in one or two bytes are larger than that. */
  private static final long BYTES_PER_BYTE = 40;

  /** Far beyond what a mutant takes, and far below what a loop over a broken length would. */
  private static final long NANOS = 5_000_000_000L;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final BufferPoolMXBean MAPPED =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("mapped"))
          .findFirst()
          .orElseThrow();

  private final Path file;
  private final Class<? extends IOException> refusal;
  private final Target target;

  /** What reads a file, all of it that a caller could ask for. */
  @FunctionalInterface
  public interface Target {
    /** Reads it. */
    void read(Path file) throws IOException;
  }

  /**
   * A good file.
   *
   * @param fields where numbers stand that say how long something is or where it lies
   * @param wrap makes the file of the broken bytes
   */
  public record Seed(byte[] bytes, int[] fields, UnaryOperator<byte[]> wrap) {
    /** A file that is its bytes. */
    public Seed(byte[] bytes, int... fields) {
      this(bytes, fields, UnaryOperator.identity());
    }
  }

  /** A reader under test, which is given a file at some path and may throw a refusal. */
  public Mutants(Path file, Class<? extends IOException> refusal, Target target) {
    this.file = file;
    this.refusal = refusal;
    this.target = target;
  }

  /** Tries mutants of each seed in turn. */
  public void run(List<Seed> seeds) throws IOException {
    for (Seed seed : seeds) {
      Files.write(file, seed.wrap().apply(seed.bytes()));
      target.read(file);
    }
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      Seed seed = seeds.get(i % seeds.size());
      SplittableRandom random = new SplittableRandom(i);
      byte[] bytes = seed.bytes();
      for (int n = 1 + random.nextInt(2); n > 0; n--) {
        bytes = mutate(bytes, seed.fields(), random);
      }
      refused += isRefused(i, seed.wrap().apply(bytes)) ? 1 : 0;
    }
    assertThat(refused).as("refused of %d", COUNT).isBetween(COUNT / 20, COUNT * 99 / 100);
  }

  private boolean isRefused(int number, byte[] bytes) throws IOException {
    // A new file, for some file systems force one to the disk that is cut and written again.
    Files.delete(file);
    Files.write(file, bytes);
    Cost cost = cost(number, bytes);
    // The first of its kind loads classes, which the second does not.
    if (!cost.isBounded(bytes.length) && !cost(number, bytes).isBounded(bytes.length)) {
      throw new AssertionError(described(number, bytes) + " took " + cost);
    }
    return cost.refused();
  }

  /**
   * What reading a file took.
   *
   * @param left bytes of native memory, and files mapped, that were not given back
   */
  private record Cost(boolean refused, long heap, long nativePeak, long left, long nanos) {
    boolean isBounded(int fileBytes) {
      long limit = CONSTANT_BYTES + BYTES_PER_BYTE * fileBytes;
      return heap <= limit && nativePeak <= limit && left == 0 && nanos <= NANOS;
    }
  }

  private Cost cost(int number, byte[] bytes) {
    LiveBuffers.restartPeak();
    long live = LiveBuffers.bytes();
    long mapped = MAPPED.getCount();
    boolean refused = false;
    long start = System.nanoTime();
    long heap = THREADS.getCurrentThreadAllocatedBytes();
    try {
      target.read(file);
    } catch (Throwable e) {
      if (e.getClass() != refusal) {
        throw new AssertionError(described(number, bytes), e);
      }
      refused = true;
    }
    heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
    long nanos = System.nanoTime() - start;
    long left = LiveBuffers.bytes() - live + MAPPED.getCount() - mapped;
    return new Cost(refused, heap, LiveBuffers.peak() - live, left, nanos);
  }

  private static String described(int number, byte[] bytes) {
    return "mutant %d (%s)".formatted(number, Base64.getEncoder().encodeToString(bytes));
  }

  private static byte[] mutate(byte[] bytes, int[] fields, SplittableRandom random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(16, bytes.length - at));
    byte[] copy = bytes.clone();
    switch (random.nextInt(8)) {
      case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[at] = (byte) random.nextInt(256);
      case 2 -> copy = Arrays.copyOf(bytes, at);
      case 3 -> copy = replace(bytes, at, 0, randomBytes(length, random));
      case 4 -> copy = replace(bytes, at, length, new byte[0]);
      case 5 -> copy = replace(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
      case 6 -> setField(copy, fields, at, random);
      default -> copy = setDigits(bytes, at, random);
    }
    return copy;
  }

  private static byte[] randomBytes(int length, SplittableRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] replace(byte[] bytes, int at, int removed, byte[] by) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - removed + by.length);
    System.arraycopy(by, 0, result, at, by.length);
    System.arraycopy(bytes, at + removed, result, at + by.length, bytes.length - at - removed);
    return result;
  }

  /** A length or place that is likely to be trouble. */
  private static long trouble(int size, SplittableRandom random) {
    long[] values = {
      0,
      1,
      size,
      size / 2,
      -1,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      0xffff_ffffL,
      1L << 32,
      1L << 61,
      0x7fff,
      0xffff,
      1_000_000,
    };
    return values[random.nextInt(values.length)] + random.nextInt(-1, 2);
  }

  /** Writes a little-endian number of 1 to 8 bytes. */
  private static void setField(byte[] bytes, int[] fields, int any, SplittableRandom random) {
    boolean known = fields.length > 0 && random.nextInt(4) > 0;
    int at = known ? fields[random.nextInt(fields.length)] : any;
    long value = trouble(bytes.length, random);
    int width = 1 << random.nextInt(4);
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >>> 8 * i);
    }
  }

  /** Writes another decimal number in place of the next there is. */
  private static byte[] setDigits(byte[] bytes, int from, SplittableRandom random) {
    int at = from;
    while (at < bytes.length && !isDigit(bytes[at])) {
      at++;
    }
    int end = at;
    while (end < bytes.length && isDigit(bytes[end])) {
      end++;
    }
    byte[] digits =
        Long.toString(trouble(bytes.length, random)).getBytes(StandardCharsets.US_ASCII);
    return at == end ? bytes.clone() : replace(bytes, at, end - at, digits);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
