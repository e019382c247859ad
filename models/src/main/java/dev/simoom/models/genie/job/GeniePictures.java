package dev.simoom.models.genie.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simoom.models.game.Action;
import dev.simoom.models.genie.Agreement;
import dev.simoom.models.genie.Clips;
import dev.simoom.models.genie.CodedClips;
import dev.simoom.models.genie.Dream;
import dev.simoom.models.genie.FrameShape;
import dev.simoom.models.genie.Genie;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.video.Video;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run's report shows: held-out video beside what the models make of it. */
final class GeniePictures {
  private static final int SHOWN = 4;
  private static final int ACTION_STEPS = 5;

  private final GenieConfig config;
  private final GenieModels models;
  private final Genie genie;
  private final GenieVideo video;
  private final CodedClips coded;
  private final List<String> labels;

  GeniePictures(
      GenieConfig config,
      GenieModels models,
      Genie genie,
      GenieVideo video,
      CodedClips coded,
      List<String> labels) {
    this.config = config;
    this.models = models;
    this.genie = genie;
    this.video = video;
    this.coded = coded;
    this.labels = labels;
  }

  void report(
      Map<String, Double> metrics, Map<String, Double> seconds, Path folder, Agreement truth)
      throws IOException {
    GenieReport report = new GenieReport();
    report
        .text(
            "A world was learned from video alone: no action was ever told. All pictures and"
                + " figures are of video that the models never saw.")
        .heading("Figures")
        .table(
            List.of("figure", "value"),
            metrics.entrySet().stream()
                .map(e -> List.of(e.getKey(), String.format(Locale.ROOT, "%.3f", e.getValue())))
                .toList())
        .heading("Tokenizer")
        .picture(
            reconstructions(),
            "Frames, and below each what its codes are drawn as: " + SHOWN + " clips")
        .curve(
            "How often each code is used, in per cent, the most frequent first", "codes", usage())
        .heading("What each latent action does");
    actions(report);
    if (config.playsGame()) {
      report
          .text("How often each latent action fell together with each true one:")
          .table(head(), rows(truth));
    }
    report
        .heading("Rollouts")
        .picture(
            rollouts(),
            "Real frames, and below what the world draws from the first of them with the latent"
                + " actions of the video")
        .heading("Training");
    curves(report, folder);
    report.table(
        List.of("stage", "seconds"),
        seconds.entrySet().stream()
            .map(e -> List.of(e.getKey(), String.format(Locale.ROOT, "%.1f", e.getValue())))
            .toList());
    report.write(folder.resolve("report.html"), "Genie: a world learned from video");
  }

  private static List<String> head() {
    List<String> head = new ArrayList<>(List.of("latent"));
    for (Action action : Action.values()) {
      head.add(action.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    return head;
  }

  private List<List<String>> rows(Agreement truth) {
    List<List<String>> rows = new ArrayList<>();
    for (int action = 0; action < labels.size(); action++) {
      List<String> row = new ArrayList<>(List.of(action + 1 + ", " + labels.get(action)));
      for (long count : truth.counts()[action]) {
        row.add(Long.toString(count));
      }
      rows.add(row);
    }
    return rows;
  }

  private List<Integer> shown(int count) {
    List<Integer> clips = new ArrayList<>();
    for (int i = 0; i < Math.min(count, coded.clips().size()); i++) {
      clips.add((int) ((long) i * coded.clips().size() / count));
    }
    return clips;
  }

  private List<byte[]> truth(int clip) {
    Clips.Place place = coded.clips().get(clip);
    Video episode = video.heldOut().get(place.episode());
    List<byte[]> frames = new ArrayList<>();
    for (int t = 0; t < config.frames(); t++) {
      frames.add(episode.frame(place.start() + t));
    }
    return frames;
  }

  private double[] usage() {
    double[] counts = new double[config.tokenizer().codes()];
    long total = 0;
    for (int[] codes : coded.codes()) {
      for (int code : codes) {
        counts[code]++;
        total++;
      }
    }
    double part = 100.0 / total;
    return Arrays.stream(counts).map(c -> -c * part).sorted().map(c -> -c).toArray();
  }

  private FilmStrip strip() {
    return new FilmStrip(config.height(), config.width());
  }

  private FilmStrip reconstructions() {
    FilmStrip strip = strip();
    FrameShape shape = models.tokenizer().frame();
    for (int clip : shown(SHOWN)) {
      strip.add(truth(clip));
      List<byte[]> drawn = new ArrayList<>();
      try (Scope _ = Scope.open()) {
        Tensor codes = coded.codes(clip);
        float[] patches = models.tokenizer().decode(codes).toFloatArray();
        for (int t = 0; t < config.frames(); t++) {
          byte[] frame = new byte[shape.bytes()];
          shape.toBytes(patches, t * shape.elements(), frame, 0);
          drawn.add(frame);
        }
      }
      strip.add(drawn);
    }
    return strip;
  }

  private void actions(GenieReport report) {
    for (int action = 0; action < labels.size(); action++) {
      FilmStrip strip = strip();
      for (int clip : shown(2)) {
        Dream dream = new Dream(genie, List.of(coded.start(clip, 1)), config.sampling(), 1);
        List<byte[]> frames = new ArrayList<>(List.of(dream.frame(0)));
        for (int step = 0; step < ACTION_STEPS; step++) {
          frames.add(dream.step(action));
        }
        strip.add(frames);
      }
      report.picture(strip, "Action " + (action + 1) + ": " + labels.get(action));
    }
  }

  private FilmStrip rollouts() {
    FilmStrip strip = strip();
    for (int clip : shown(SHOWN)) {
      strip.add(truth(clip));
      Dream dream = new Dream(genie, List.of(coded.start(clip, 1)), config.sampling(), 1);
      List<byte[]> drawn = new ArrayList<>(List.of(dream.frame(0)));
      for (int t = 0; t < config.frames() - 1; t++) {
        drawn.add(dream.step(coded.actions().get(clip)[t]));
      }
      strip.add(drawn);
    }
    return strip;
  }

  private static void curves(GenieReport report, Path folder) throws IOException {
    List<JsonNode> lines = RunDirectory.readMetrics(folder);
    report.curve("Tokenizer, squared error of pixels", values(lines, "tokenizer", "error"));
    report.curve("Latent actions, squared error of pixels", values(lines, "actions", "error"));
    report.curve("Dynamics, cross-entropy of masked codes", values(lines, "dynamics", "loss"));
  }

  private static double[] values(List<JsonNode> lines, String stage, String figure) {
    return lines.stream()
        .filter(line -> line.path("stage").asText().equals(stage))
        .mapToDouble(line -> line.path(figure).asDouble())
        .toArray();
  }
}
