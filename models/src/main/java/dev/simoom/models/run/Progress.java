package dev.simoom.models.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What a long job says while it works: on a terminal one line for each stage that is rewritten in
 * place, elsewhere a plain line now and then.
 */
public final class Progress {
  private static final Duration ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(15);

  /** A line that is rewritten must not wrap: only its last row could be overwritten. */
  private static final int COLUMNS = 79;

  private final PrintStream out;
  private final boolean quiet;
  private final boolean terminal;
  private final LongSupplier clock;
  private String stage = "";
  private long stageBegan;
  private long measuredFrom;
  private long measuredDone;
  private long lastShown;
  private int shownLength;

  /**
   * Progress on a stream.
   *
   * @param quiet whether to say nothing at all
   * @param terminal whether a person watches, so that lines may be rewritten
   */
  public Progress(PrintStream out, boolean quiet, boolean terminal) {
    this(out, quiet, terminal, System::nanoTime);
  }

  Progress(PrintStream out, boolean quiet, boolean terminal, LongSupplier clock) {
    this.out = out;
    this.quiet = quiet;
    this.terminal = terminal;
    this.clock = clock;
    stageBegan = clock.getAsLong();
  }

  /** Progress on standard error. */
  public static Progress standard(boolean quiet) {
    boolean watched = System.console() != null && System.console().isTerminal();
    return new Progress(System.err, quiet, watched && !"dumb".equals(System.getenv("TERM")));
  }

  /** Begins a stage. */
  public void stage(String name) {
    stage = name;
    stageBegan = clock.getAsLong();
    measure(0);
    if (terminal) {
      show(name + " ...");
    }
  }

  /**
   * Measures the speed of the stage from here on, after preparations or where a part was done in an
   * earlier run.
   *
   * @param done units done so far
   */
  public void measure(long done) {
    measuredFrom = clock.getAsLong();
    measuredDone = done;
    lastShown = measuredFrom;
  }

  /** Units done in each second since the measurement began. */
  public double perSecond(long done) {
    return (done - measuredDone) / ((clock.getAsLong() - measuredFrom) / 1e9);
  }

  /**
   * Says how far the stage is, unless that was said a moment ago.
   *
   * @param done units done
   * @param total units in all
   * @param detail figures to show, such as the loss
   */
  public void update(long done, long total, String detail) {
    long now = clock.getAsLong();
    long pause = (terminal ? ON_TERMINAL : ELSEWHERE).toNanos();
    if (quiet || now - lastShown < pause) {
      return;
    }
    lastShown = now;
    double left = done > measuredDone ? (total - done) / perSecond(done) : Double.NaN;
    String line =
        String.format(
            Locale.ROOT, "%s %d/%d  %s  %s left", stage, done, total, detail, duration(left));
    show(terminal && line.length() > COLUMNS ? line.substring(0, COLUMNS) : line);
  }

  /** Ends the stage with its result. */
  public void done(String result) {
    double seconds = stageSeconds();
    say(String.format(Locale.ROOT, "%s: %s (%s)", stage, result, duration(seconds)));
  }

  /** Says something on a line of its own. */
  public void say(String line) {
    show(line);
    endLine();
  }

  /** Leaves what was shown last as it is, so that others may write below it. */
  public void endLine() {
    if (shownLength > 0) {
      out.println();
      shownLength = 0;
    }
  }

  /** Seconds since the stage began. */
  public double stageSeconds() {
    return (clock.getAsLong() - stageBegan) / 1e9;
  }

  private void show(String line) {
    if (quiet) {
      return;
    }
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, shownLength - line.length())));
      out.flush();
      shownLength = line.length();
    } else {
      out.println(line);
    }
  }

  private static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "?";
    }
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
  }
}
