package dev.simoom.models.genie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Backend;
import dev.simoom.models.run.Checkpoints;
import dev.simoom.models.video.Video;
import dev.simoom.nn.Module;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GenieTrainersTest {
  private static CodedTraining coded(long steps) {
    return new CodedTraining(steps, 4, 0.01, 5, 20, 5, 1, 1, 0, 1, 3);
  }

  private static DynamicsTraining dynamics(long steps) {
    return new DynamicsTraining(steps, 4, 0.01, 5, 0.5, 0.5, 0.1, 0, 1, 3);
  }

  private static Clips clips() {
    return new Clips(Tiny.videos(6, 20), Tiny.FRAMES);
  }

  private static List<float[]> content(Module module) {
    List<float[]> all = new ArrayList<>();
    for (Variable variable : module.parameters().values()) {
      all.add(variable.value().toFloatArray());
    }
    return all;
  }

  @Test
  void aTokenizerLearnsToDrawWhatItSees() {
    try (VideoTokenizer tokenizer = Tiny.tokenizer(1);
        CodedTrainer trainer = new CodedTrainer(CodedModel.of(tokenizer), coded(120), clips())) {
      double first = trainer.step().error();
      double last = 0;
      while (!trainer.isDone()) {
        last = trainer.step().error();
      }
      assertThat(last).isLessThan(first / 4);
    }
  }

  /** Who does not know whether the square moves left, right or not errs by 2/3 of copying. */
  @Test
  void aModelOfActionsLearnsToDrawWhatFollows() {
    try (LatentActionModel model = Tiny.actions(1);
        CodedTrainer trainer = new CodedTrainer(CodedModel.of(model), coded(600), clips())) {
      double late = 0;
      while (!trainer.isDone()) {
        double error = trainer.step().error();
        late += trainer.stepCount() > 500 ? error / 100 : 0;
      }
      assertThat(late).isLessThan(0.6 * errorOfCopying());
    }
  }

  /** Of pixels in [0, 1], where each frame is taken to be as the one before. */
  private static double errorOfCopying() {
    double sum = 0;
    long count = 0;
    for (Video video : Tiny.videos(6, 20)) {
      for (int t = 1; t < video.frames(); t++) {
        byte[] before = video.frame(t - 1);
        byte[] now = video.frame(t);
        for (int i = 0; i < now.length; i++) {
          double difference = ((now[i] & 0xff) - (before[i] & 0xff)) / 255.0;
          sum += difference * difference;
          count++;
        }
      }
    }
    return sum / count;
  }

  /** Stopped before and after the codes were set, each time going on with the same bits. */
  @Test
  void codedTrainingGoesOnWithTheSameBits(@TempDir Path folder) throws IOException {
    for (int stop : new int[] {10, 18, 27}) {
      try (VideoTokenizer straight = Tiny.tokenizer(1);
          VideoTokenizer stopped = Tiny.tokenizer(1);
          VideoTokenizer resumed = Tiny.tokenizer(2)) {
        train(straight, 32);
        Path file = folder.resolve("state" + stop + ".safetensors");
        try (CodedTrainer trainer = new CodedTrainer(CodedModel.of(stopped), coded(40), clips())) {
          while (trainer.stepCount() < stop) {
            trainer.step();
          }
          SafetensorsWriter writer = new SafetensorsWriter();
          Checkpoints.add(writer, "model.", stopped.parameters());
          trainer.save(writer);
          writer.write(file);
        }
        try (SafetensorsFile state = SafetensorsFile.open(file);
            CodedTrainer trainer = new CodedTrainer(CodedModel.of(resumed), coded(40), clips())) {
          Checkpoints.take(state, "model.", resumed.parameters());
          trainer.load(state);
          while (trainer.stepCount() < 32) {
            trainer.step();
          }
        }
        assertThat(content(resumed)).usingRecursiveComparison().isEqualTo(content(straight));
      }
    }
  }

  private static void train(VideoTokenizer tokenizer, long steps) {
    try (CodedTrainer trainer = new CodedTrainer(CodedModel.of(tokenizer), coded(40), clips())) {
      while (trainer.stepCount() < steps) {
        trainer.step();
      }
    }
  }

  @Test
  void dynamicsLearnAndGoOnWithTheSameBits(@TempDir Path folder) throws IOException {
    try (VideoTokenizer tokenizer = Tiny.tokenizer(1);
        LatentActionModel actions = Tiny.actions(2);
        DynamicsModel straight = Tiny.dynamics(3, ActionInput.ADD);
        DynamicsModel resumed = Tiny.dynamics(4, ActionInput.ADD)) {
      CodedClips clips = CodedClips.of(Tiny.videos(6, 20), Tiny.FRAMES, 2, tokenizer, actions);
      assertThat(clips.codes()).hasSize(6 * 9);
      Path file = folder.resolve("state.safetensors");
      float first;
      float last = 0;
      try (DynamicsTrainer trainer =
          new DynamicsTrainer(straight, actions.quantizer(), dynamics(60), clips)) {
        first = trainer.step();
        while (!trainer.isDone()) {
          last = trainer.step();
          if (trainer.stepCount() == 20) {
            SafetensorsWriter writer = new SafetensorsWriter();
            Checkpoints.add(writer, "model.", straight.parameters());
            trainer.save(writer);
            writer.write(file);
          }
        }
      }
      assertThat(last).isLessThan(0.8f * first);
      try (SafetensorsFile state = SafetensorsFile.open(file);
          DynamicsTrainer trainer =
              new DynamicsTrainer(resumed, actions.quantizer(), dynamics(60), clips)) {
        Checkpoints.take(state, "model.", resumed.parameters());
        trainer.load(state);
        while (!trainer.isDone()) {
          trainer.step();
        }
      }
      assertThat(content(resumed)).usingRecursiveComparison().isEqualTo(content(straight));
    }
  }

  @Test
  void trainingHasTheSameBitsOnAnyNumberOfThreads() {
    List<List<float[]>> contents = new ArrayList<>();
    for (int threads : new int[] {1, 3}) {
      contents.add(Engine.with(Backend.simd(threads), GenieTrainersTest::trainedAFewSteps));
    }
    assertThat(contents.getLast()).usingRecursiveComparison().isEqualTo(contents.getFirst());
  }

  private static List<float[]> trainedAFewSteps() {
    List<float[]> all = new ArrayList<>();
    try (VideoTokenizer tokenizer = Tiny.tokenizer(1);
        LatentActionModel actions = Tiny.actions(2);
        DynamicsModel dynamics = Tiny.dynamics(3, ActionInput.ADD)) {
      for (CodedModel model : List.of(CodedModel.of(tokenizer), CodedModel.of(actions))) {
        try (CodedTrainer trainer = new CodedTrainer(model, coded(25), clips())) {
          while (!trainer.isDone()) {
            trainer.step();
          }
        }
        all.addAll(content(model.module()));
      }
      CodedClips clips = CodedClips.of(Tiny.videos(6, 20), Tiny.FRAMES, 2, tokenizer, actions);
      try (DynamicsTrainer trainer =
          new DynamicsTrainer(dynamics, actions.quantizer(), dynamics(5), clips)) {
        while (!trainer.isDone()) {
          trainer.step();
        }
      }
      all.addAll(content(dynamics));
    }
    return all;
  }
}
