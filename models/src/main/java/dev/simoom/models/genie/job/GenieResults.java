package dev.simoom.models.genie.job;

import dev.simoom.models.game.Action;
import dev.simoom.models.game.CharacterFinder;
import dev.simoom.models.game.Recording;
import dev.simoom.models.genie.Agreement;
import dev.simoom.models.genie.Clips;
import dev.simoom.models.genie.CodedClips;
import dev.simoom.models.genie.DynamicsMetrics;
import dev.simoom.models.genie.Genie;
import dev.simoom.models.genie.TokenizerMetrics;
import dev.simoom.models.run.JobSession;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.video.Picture;
import dev.simoom.models.video.Video;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Evaluates a trained world on held-out video and writes what a run leaves behind. */
final class GenieResults {
  static final String LABELS = "actions.json";
  static final String STARTS = "starts";
  private static final int CLIPS = 48;
  private static final int START_FRAMES = 12;
  private static final double OFTEN = 0.05;

  private final GenieConfig config;
  private final Path folder;
  private final JobSession session;
  private final Map<String, Double> metrics = new LinkedHashMap<>();

  GenieResults(GenieConfig config, Path folder, JobSession session) {
    this.config = config;
    this.folder = folder;
    this.session = session;
  }

  /** What {@code metrics.json} holds. */
  record Summary(Map<String, Double> metrics, Map<String, Double> seconds) {}

  /** What {@code actions.json} holds: a label for each latent action. */
  record Labels(List<String> labels) {}

  void write(GenieModels models, GenieVideo video) throws IOException {
    session.begin("evaluation");
    tokenizer(TokenizerMetrics.of(models.tokenizer(), video.heldOut(), config.frames()));
    CodedClips coded =
        CodedClips.of(
            video.heldOut(),
            config.frames(),
            config.frames(),
            models.tokenizer(),
            models.actions());
    Agreement truth = agreement(coded, video);
    actions(coded, truth);
    List<String> labels = labels(coded, video, truth);
    RunDirectory.writeJson(folder.resolve(LABELS), new Labels(labels));
    writeStarts(video);
    try (Genie genie = models.genie(config)) {
      dynamics(
          DynamicsMetrics.of(
              genie,
              video.heldOut(),
              coded,
              models.actions(),
              config.sampling(),
              CLIPS,
              config.seed(),
              config.playsGame() ? (rgb, at) -> CharacterFinder.find(rgb, at).isPresent() : null));
      // JSON has no infinity, which the error of a video without motion amounts to.
      metrics.values().removeIf(value -> !Double.isFinite(value));
      RunDirectory.writeJson(
          folder.resolve("metrics.json"), new Summary(metrics, session.seconds()));
      new GeniePictures(config, models, genie, video, coded, labels)
          .report(metrics, session.seconds(), folder, truth);
    }
    session.end(summary());
  }

  private String summary() {
    StringBuilder line = new StringBuilder();
    metrics.forEach(
        (name, value) -> line.append(String.format(Locale.ROOT, "%s %.3f  ", name, value)));
    return line.toString().strip();
  }

  private void tokenizer(TokenizerMetrics m) {
    metrics.put("tokenizer.psnr", m.psnr());
    metrics.put("tokenizer.psnr_changed", m.changedPsnr());
    metrics.put("tokenizer.ssim", m.ssim());
    metrics.put("tokenizer.perplexity", m.perplexity());
    metrics.put("tokenizer.codes_used", m.used());
  }

  private void dynamics(DynamicsMetrics m) {
    metrics.put("dynamics.token_accuracy", m.tokenAccuracy());
    metrics.put("dynamics.token_accuracy_of_copy", m.copyTokenAccuracy());
    metrics.put("dynamics.psnr", m.psnr());
    metrics.put("dynamics.psnr_of_copy", m.copyPsnr());
    metrics.put("dynamics.psnr_changed", m.changedPsnr());
    metrics.put("dynamics.psnr_changed_of_copy", m.copyChangedPsnr());
    metrics.put("dynamics.delta4_psnr", m.deltaPsnr());
    metrics.put("dynamics.actions_followed", m.followed());
    if (config.playsGame()) {
      metrics.put("dynamics.character_kept", m.kept());
    }
  }

  /** Latent against true actions, where the true one could be seen. */
  private Agreement agreement(CodedClips coded, GenieVideo video) {
    Agreement table = Agreement.none(config.actions().codes(), Action.values().length);
    if (!config.playsGame()) {
      return table;
    }
    List<Clips.Place> places = coded.clips();
    for (int clip = 0; clip < places.size(); clip++) {
      Recording recording = video.recordings().get(places.get(clip).episode());
      for (int t = 0; t < config.frames() - 1; t++) {
        int at = places.get(clip).start() + t;
        if (recording.visible()[at]) {
          table.add(coded.actions().get(clip)[t], recording.actions()[at]);
        }
      }
    }
    return table;
  }

  private void actions(CodedClips coded, Agreement truth) {
    long[] usage = new long[config.actions().codes()];
    long total = 0;
    for (int[] actions : coded.actions()) {
      for (int action : actions) {
        usage[action]++;
        total++;
      }
    }
    long often = 0;
    for (long count : usage) {
      often += count >= OFTEN * total ? 1 : 0;
    }
    metrics.put("actions.used_often", (double) often);
    if (config.playsGame()) {
      metrics.put("actions.purity", truth.purity());
      metrics.put("actions.purity_of_chance", truth.chance());
      metrics.put("actions.nmi", truth.normalisedMutualInformation());
    }
  }

  private List<String> labels(CodedClips coded, GenieVideo video, Agreement truth) {
    if (config.playsGame()) {
      return ActionLabels.byTruth(truth);
    }
    int codes = config.actions().codes();
    double[] right = new double[codes];
    double[] down = new double[codes];
    long[] counts = new long[codes];
    List<Clips.Place> places = coded.clips();
    for (int clip = 0; clip < Math.min(CLIPS, places.size()); clip++) {
      Video episode = video.heldOut().get(places.get(clip).episode());
      for (int t = 0; t < config.frames() - 1; t++) {
        int at = places.get(clip).start() + t;
        Motion motion =
            Motion.between(
                episode.frame(at), episode.frame(at + 1), config.height(), config.width());
        int action = coded.actions().get(clip)[t];
        right[action] += motion.right();
        down[action] += motion.down();
        counts[action]++;
      }
    }
    for (int action = 0; action < codes; action++) {
      right[action] /= counts[action];
      down[action] /= counts[action];
    }
    return ActionLabels.byMotion(right, down);
  }

  private void writeStarts(GenieVideo video) throws IOException {
    Path starts = folder.resolve(STARTS);
    Files.createDirectories(starts);
    List<Video> frames = new ArrayList<>();
    for (int i = 0; i < START_FRAMES; i++) {
      Video episode = video.heldOut().get(i % video.heldOut().size());
      int at = (int) ((long) (episode.frames() - 1) * (i + 1) / (START_FRAMES + 1));
      frames.add(episode.slice(at, at + 1));
    }
    for (int i = 0; i < frames.size(); i++) {
      Files.write(
          starts.resolve(String.format(Locale.ROOT, "%02d.png", i)),
          Picture.png(frames.get(i).image(0)));
    }
  }
}
