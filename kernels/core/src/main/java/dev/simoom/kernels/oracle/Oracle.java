package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs a case on the reference backend and on another and compares what is in memory afterwards,
 * byte by byte where nothing may have been written.
 */
public final class Oracle {
  private final Case subject;
  private final List<Port> ports;
  private final long seed;
  private double worst;

  private Oracle(Case subject, long seed) {
    this.subject = subject;
    this.seed = seed;
    ports = subject.kernel().ports();
  }

  /**
   * Fails if the backend differs from the reference by more than the case allows, if it writes
   * where it must not, or if one of the others differs from it by a bit.
   *
   * @return the largest distance from the reference, in units of {@code max(1, |expected|)}
   */
  public static double check(Case subject, long seed, Backend backend, Backend... others) {
    Oracle oracle = new Oracle(subject, seed);
    oracle.check(backend, others);
    return oracle.worst;
  }

  /** What was in the memory of each operand, guards included. */
  private record Run(List<byte[]> before, List<byte[]> after) {}

  private void check(Backend backend, Backend... others) {
    Run expected = run(Backend.reference(), false);
    Run otherNoise = run(Backend.reference(), true);
    Run actual = run(backend, false);
    int output = 0;
    for (int p = 0; p < ports.size(); p++) {
      if (ports.get(p).output()) {
        compare(p, subject.tolerances().get(output++), expected, otherNoise, actual);
      } else if (!overwritten(p)) {
        same(actual.before.get(p), actual.after.get(p), ports.get(p).name() + " was changed");
      }
    }
    for (Backend alternative : others) {
      Run other = run(alternative, false);
      for (int p = 0; p < ports.size(); p++) {
        String complaint =
            ports.get(p).name() + " has other bits on " + alternative.threads() + " threads";
        same(actual.after.get(p), other.after.get(p), complaint);
      }
    }
  }

  /** Whether a port is the one input that an output lies on. */
  private boolean overwritten(int port) {
    return subject.inPlace() && port == 0;
  }

  private int firstOutput() {
    return (int) ports.stream().takeWhile(p -> !p.output()).count();
  }

  private void same(byte[] wanted, byte[] got, String complaint) {
    int at = Arrays.mismatch(wanted, got);
    if (at >= 0) {
      throw new AssertionError(complaint + ", at byte " + at + ": " + subject);
    }
  }

  /** Elements that differ between the two runs of the reference are those it did not write. */
  private void compare(int p, Tolerance tolerance, Run expected, Run otherNoise, Run actual) {
    Port port = ports.get(p);
    byte[] wanted = expected.after.get(p);
    byte[] got = actual.after.get(p);
    int size = port.type().bytes();
    int start = Math.toIntExact(Cells.offset(port, misalignment(p)));
    int end = Math.toIntExact(start + port.bytes());
    for (int at = Arrays.mismatch(wanted, got); at >= 0 && at < got.length; ) {
      at -= Math.floorMod(at - start, size);
      if (!Arrays.equals(wanted, at, at + size, got, at, at + size)) {
        boolean written =
            at >= start
                && at < end
                && Arrays.equals(wanted, at, at + size, otherNoise.after.get(p), at, at + size);
        String place = port.name() + "[" + (at - start) / size + "]";
        if (!written) {
          throw new AssertionError(place + " may not be written: " + subject);
        }
        double want = Cells.element(wanted, at, port.type());
        double have = Cells.element(got, at, port.type());
        if (!tolerance.accepts(want, have)) {
          throw new AssertionError(
              place + " is " + have + ", should be " + want + " " + tolerance + ": " + subject);
        }
        if (want != have && Double.isFinite(want)) {
          worst = Math.max(worst, Math.abs(have - want) / Math.max(1, Math.abs(want)));
        }
      }
      at += size;
    }
  }

  /** Operands start at any multiple of their element size. */
  private int misalignment(int port) {
    int owner = subject.inPlace() && port == firstOutput() ? 0 : port;
    return (int) ((seed >>> owner) % 5);
  }

  private Run run(Backend backend, boolean complement) {
    SplittableRandom noise = new SplittableRandom(seed);
    List<Cells> cells = new ArrayList<>();
    List<Operand> operands = new ArrayList<>();
    List<Buffer> buffers = new ArrayList<>();
    for (int p = 0; p < ports.size(); p++) {
      boolean shared = subject.inPlace() && p == firstOutput();
      Cells place = shared ? cells.getFirst() : new Cells(ports.get(p), misalignment(p), noise);
      if (!shared && complement) {
        place.complement();
      }
      if (!ports.get(p).output()) {
        place.fill(subject.inputs().get(p));
      }
      cells.add(place);
      buffers.add(place.buffer());
      operands.add(place.operand(shared ? 0 : p));
    }
    List<byte[]> before = cells.stream().map(Cells::bytes).toList();
    Launch launch = new Launch(subject.kernel(), operands);
    try (Executable executable = backend.compile(List.of(launch))) {
      executable.run(buffers.toArray(Buffer[]::new));
      return new Run(before, cells.stream().map(Cells::bytes).toList());
    } finally {
      buffers.forEach(Buffer::close);
    }
  }
}
