package dev.simoom.models.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * What a long job says while it works: on a terminal one line for each stage that is rewritten in
 * place, elsewhere a plain line now and then.
 */
public final class Progress {
  private static final Duration ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(15);

  private final PrintStream out;
  private final boolean quiet;
  private final boolean terminal;
  private final long began = System.nanoTime();
  private String stage = "";
  private long stageBegan = began;
  private long stageFirst;
  private long lastShown;
  private int shownLength;

  /**
   * Progress on a stream.
   *
   * @param quiet whether to say nothing at all
   * @param terminal whether a person watches, so that lines may be rewritten
   */
  public Progress(PrintStream out, boolean quiet, boolean terminal) {
    this.out = out;
    this.quiet = quiet;
    this.terminal = terminal;
  }

  /** Progress on standard error. */
  public static Progress standard(boolean quiet) {
    boolean watched = System.console() != null && System.console().isTerminal();
    return new Progress(System.err, quiet, watched && !"dumb".equals(System.getenv("TERM")));
  }

  /** Begins a stage. */
  public void stage(String name) {
    stage(name, 0);
  }

  /** Begins a stage of which a part was done before. */
  public void stage(String name, long done) {
    stage = name;
    stageBegan = System.nanoTime();
    stageFirst = done;
    lastShown = 0;
    if (terminal) {
      show(name + " ...");
    }
  }

  /**
   * Says how far the stage is, unless that was said a moment ago.
   *
   * @param done units done
   * @param total units in all
   * @param detail figures to show, such as the loss
   */
  public void update(long done, long total, String detail) {
    long now = System.nanoTime();
    long pause = (terminal ? ON_TERMINAL : ELSEWHERE).toNanos();
    if (quiet || (now - Math.max(lastShown, stageBegan) < pause)) {
      return;
    }
    lastShown = now;
    double seconds = (now - stageBegan) / 1e9;
    double left = done > stageFirst ? seconds / (done - stageFirst) * (total - done) : Double.NaN;
    show(
        String.format(
            Locale.ROOT, "%s %d/%d  %s  %s left", stage, done, total, detail, duration(left)));
  }

  /** Ends the stage with its result. */
  public void done(String result) {
    double seconds = stageSeconds();
    show(String.format(Locale.ROOT, "%s: %s (%s)", stage, result, duration(seconds)));
    if (terminal && !quiet) {
      out.println();
    }
    shownLength = 0;
  }

  /** Says something on a line of its own. */
  public void say(String line) {
    show(line);
    if (terminal && !quiet) {
      out.println();
    }
    shownLength = 0;
  }

  /** Seconds since the stage began. */
  public double stageSeconds() {
    return (System.nanoTime() - stageBegan) / 1e9;
  }

  /** Seconds since the job began. */
  public double seconds() {
    return (System.nanoTime() - began) / 1e9;
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
    if (Double.isNaN(seconds)) {
      return "?";
    }
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
  }
}
