package dev.simoom.models.genie.job;

import dev.simoom.models.game.PlatformGame;
import dev.simoom.models.game.Recording;
import dev.simoom.models.run.RunException;
import dev.simoom.models.video.Video;
import dev.simoom.models.video.VideoReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The video of a run.
 *
 * @param train episodes to learn from
 * @param heldOut episodes that are never learned from
 * @param recordings the held-out ones with their true actions, none for the user's own video
 */
record GenieVideo(List<Video> train, List<Video> heldOut, List<Recording> recordings) {
  /** Far from the seeds of the levels to train on. */
  private static final long HELD_OUT_SEED = 1L << 40;

  /** Reads the user's video, or records the game. */
  static GenieVideo gather(GenieConfig config, Consumer<String> notes) throws IOException {
    return config.playsGame() ? record(config) : read(config, notes);
  }

  private static GenieVideo record(GenieConfig config) {
    List<Video> train = new ArrayList<>();
    for (int i = 0; i < config.episodes(); i++) {
      train.add(video(recording(config, config.seed() * config.episodes() + i)));
    }
    List<Recording> recordings = new ArrayList<>();
    for (int i = 0; i < config.heldOut(); i++) {
      recordings.add(recording(config, HELD_OUT_SEED + config.seed() * config.heldOut() + i));
    }
    return new GenieVideo(train, recordings.stream().map(GenieVideo::video).toList(), recordings);
  }

  private static Recording recording(GenieConfig config, long seed) {
    return Recording.of(seed, ~seed, config.episodeFrames());
  }

  private static Video video(Recording recording) {
    return new Video(recording.frames(), PlatformGame.HEIGHT, PlatformGame.WIDTH, recording.rgb());
  }

  private static GenieVideo read(GenieConfig config, Consumer<String> notes) throws IOException {
    List<Video> all =
        VideoReader.read(
            Path.of(config.video()), config.height(), config.width(), config.maxFrames(), notes);
    List<Video> train = new ArrayList<>();
    List<Video> heldOut = new ArrayList<>();
    long total = all.stream().mapToLong(Video::frames).sum();
    long wanted = Math.max(config.frames(), total / 10);
    // From the end: whole episodes as long as they fit, then the end of one.
    for (Video episode : all.reversed()) {
      long left = wanted - heldOut.stream().mapToLong(Video::frames).sum();
      int kept = Math.clamp(left, 0, episode.frames());
      if (kept < config.frames()) {
        train.addFirst(episode);
      } else if (episode.frames() - kept < config.frames()) {
        heldOut.add(episode);
      } else {
        train.addFirst(episode.slice(0, episode.frames() - kept));
        heldOut.add(episode.slice(episode.frames() - kept, episode.frames()));
      }
    }
    if (train.stream().noneMatch(v -> v.frames() >= config.frames()) || heldOut.isEmpty()) {
      throw new RunException(
          "%s: %d frames in %d episodes are too few; at least %d that follow each other are needed to learn from and as many to evaluate with"
              .formatted(config.video(), total, all.size(), config.frames()));
    }
    return new GenieVideo(train, heldOut, List.of());
  }

  long frames() {
    return train.stream().mapToLong(Video::frames).sum();
  }

  long heldOutFrames() {
    return heldOut.stream().mapToLong(Video::frames).sum();
  }
}
