package dev.simoom.kernels;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What native memory is alive, and in debug mode who asked for it.
 *
 * <p>The total is always counted. With the system property {@code simoom.memory.trace=true} every
 * live buffer is also listed with the stack that allocated it.
 */
public final class LiveBuffers {
  private static final boolean TRACE = Boolean.getBoolean("simoom.memory.trace");
  private static final AtomicLong BYTES = new AtomicLong();
  private static final AtomicLong PEAK = new AtomicLong();
  private static final LongAdder COUNT = new LongAdder();
  private static final Map<Buffer, Entry> LIVE = new ConcurrentHashMap<>();

  /** Classes that allocate on behalf of others. */
  private static final List<String> OWN = List.of("dev.simoom.kernels.", "dev.simoom.tensor.");

  private LiveBuffers() {}

  /**
   * One live buffer and the stack of its allocation.
   *
   * @param name what the buffer is called, for people
   * @param bytes its size
   * @param allocatedAt the stack of its allocation, innermost call first
   */
  public record Entry(String name, long bytes, List<StackTraceElement> allocatedAt) {
    /** Bytes, name, and the innermost call that is not of the library's own memory management. */
    @Override
    public String toString() {
      String where =
          allocatedAt.stream()
              .filter(frame -> OWN.stream().noneMatch(frame.getClassName()::startsWith))
              .findFirst()
              .map(frame -> ", allocated at " + frame)
              .orElse("");
      return "%,15d bytes  '%s'%s".formatted(bytes, name, where);
    }
  }

  static void opened(Buffer buffer) {
    long now = BYTES.addAndGet(buffer.bytes());
    if (now > PEAK.get()) {
      PEAK.accumulateAndGet(now, Math::max);
    }
    COUNT.increment();
    if (TRACE) {
      List<StackTraceElement> stack = List.of(new Throwable().getStackTrace());
      LIVE.put(buffer, new Entry(buffer.name(), buffer.bytes(), stack));
    }
  }

  static void closed(Buffer buffer) {
    BYTES.addAndGet(-buffer.bytes());
    COUNT.decrement();
    if (TRACE) {
      @Nullable Entry unused = LIVE.remove(buffer);
    }
  }

  /** Bytes of all buffers that are not closed. */
  public static long bytes() {
    return BYTES.get();
  }

  /** The most that {@link #bytes()} has been since the last {@link #restartPeak()}. */
  public static long peak() {
    return PEAK.get();
  }

  /** Forgets earlier peaks: from now on the peak counts from what is alive. */
  public static void restartPeak() {
    PEAK.set(BYTES.get());
  }

  /** Number of buffers that are not closed. */
  public static long count() {
    return COUNT.sum();
  }

  /**
   * What is alive, for people: the total, and with {@code simoom.memory.trace} a line for each
   * buffer, largest first.
   */
  public static String report() {
    String total = "%,d live buffers of %,d bytes".formatted(count(), bytes());
    if (!TRACE) {
      return total + "; -Dsimoom.memory.trace=true lists them\n";
    }
    return list().stream().map(e -> e + "\n").collect(Collectors.joining("", total + "\n", ""));
  }

  /** The live buffers, largest first; empty unless {@code simoom.memory.trace} is set. */
  public static List<Entry> list() {
    return LIVE.values().stream()
        .sorted(Comparator.comparingLong(Entry::bytes).reversed())
        .toList();
  }
}
