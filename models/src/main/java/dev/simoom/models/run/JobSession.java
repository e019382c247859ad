package dev.simoom.models.run;

import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the stages of a job share: the run's folder, its metrics, its clock and its checkpoints. */
public final class JobSession {
  private static final double CHECKPOINT_SECONDS = checkpointSeconds();

  private final RunDirectory run;
  private final Progress progress;
  private final Interruption interruption;
  private final Checkpoints checkpoints;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long lines;
  private String stage = "";
  private double lastCheckpoint;

  /**
   * A session that goes on from a state, or from the start where there is none.
   *
   * @throws IOException if the state is not the checkpoint of a run
   */
  public JobSession(
      RunDirectory run,
      Progress progress,
      Interruption interruption,
      @Nullable SafetensorsFile state)
      throws IOException {
    this.run = run;
    this.progress = progress;
    this.interruption = interruption;
    this.checkpoints = new Checkpoints(run.folder());
    if (state != null) {
      lines = Checkpoints.lines(state);
      seconds.putAll(Checkpoints.seconds(state));
    }
  }

  private static double checkpointSeconds() {
    String seconds = System.getProperty("simoom.checkpoint.seconds", "120");
    try {
      return Double.parseDouble(seconds);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "simoom.checkpoint.seconds is '%s', and it must be a number".formatted(seconds), e);
    }
  }

  /** The run's folder. */
  public RunDirectory run() {
    return run;
  }

  /** What it says while it works. */
  public Progress progress() {
    return progress;
  }

  /** Keeps the process alive until what is trained is saved. */
  public Interruption.Hold hold() {
    return interruption.hold();
  }

  // ---------------------------------------------------------------- time

  /** Begins a stage. */
  public void begin(String name) {
    stage = name;
    lastCheckpoint = 0;
    progress.stage(name);
  }

  /** Ends the stage with its result. */
  public void end(String result) {
    progress.done(result);
    seconds.merge(stage, progress.stageSeconds(), Double::sum);
    stage = "";
  }

  /** Seconds spent in each stage, in this session and those before it. */
  public Map<String, Double> seconds() {
    Map<String, Double> all = new LinkedHashMap<>(seconds);
    if (!stage.isEmpty()) {
      all.merge(stage, progress.stageSeconds(), Double::sum);
    }
    return all;
  }

  // ---------------------------------------------------------------- between steps

  /** Something that writes files. */
  public interface Save {
    /**
     * Writes them.
     *
     * @throws IOException if that fails; what was there is as it was
     */
    void run() throws IOException;
  }

  /**
   * Saves the state if the job is to stop, or has not been saved for long.
   *
   * @throws IOException if the state cannot be written; the one before it is as it was
   */
  public boolean isStopped(Save save) throws IOException {
    boolean stop = interruption.isRequested();
    double now = progress.stageSeconds();
    if (stop || now - lastCheckpoint > CHECKPOINT_SECONDS) {
      save.run();
      lastCheckpoint = now;
    }
    return stop;
  }

  /**
   * Saves the state, with what the stage needs to go on.
   *
   * @throws IOException if the state cannot be written; the one before it is as it was
   */
  public void checkpoint(Enum<?> reached, Consumer<SafetensorsWriter> state) throws IOException {
    checkpoints.write(reached, lines, seconds(), state);
  }

  /**
   * Adds a line of metrics.
   *
   * @param loss one of the figures
   * @throws RunException if the loss is no number, after which training cannot recover
   * @throws IOException if the line cannot be written
   */
  public void metric(String kind, long step, double loss, Map<String, Double> figures)
      throws IOException {
    run.metric(kind, step, figures);
    lines++;
    if (!Double.isFinite(loss)) {
      throw new RunException(
          "%s: the loss of step %d is %s; try a smaller --%s-rate"
              .formatted(stage, step, loss, kind));
    }
  }
}
