package dev.simoom.models.cli;

import dev.simoom.models.genie.job.TrainedWorld;
import dev.simoom.models.play.PlayServer;
import dev.simoom.models.run.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simoom genie play}: a trained world in a browser. */
@Command(name = "play", header = "Play a trained world in a browser.")
final class GeniePlayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "The folder of a trained run. Default: the newest in runs.")
  private @Nullable Path run;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the page; 0 takes any. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "Address to listen on; others than the default let other machines in, who are asked for"
              + " nothing. Default: ${DEFAULT-VALUE}.")
  private String host = PlayServer.LOOPBACK;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    if (port < 0 || port > 65_535) {
      CommonOptions.refuse(spec.commandLine(), "--port must be 0 to 65535, got " + port);
    }
    Path folder = run != null ? run : newest();
    try (TrainedWorld world = TrainedWorld.load(folder);
        PlayServer server = world.serve(host, port)) {
      spec.commandLine().getOut().println("Play " + folder + " at " + server.address());
      spec.commandLine().getOut().println("Ctrl-C ends it.");
      spec.commandLine().getOut().flush();
      waitForTheEnd();
    }
    return 0;
  }

  private static void waitForTheEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path newest() throws IOException {
    Path runs = Path.of("runs");
    if (Files.isDirectory(runs)) {
      try (Stream<Path> folders = Files.list(runs)) {
        return folders
            .filter(TrainedWorld::isTrained)
            .max(Comparator.comparing(folder -> folder.toFile().lastModified()))
            .orElseThrow(GeniePlayCommand::none);
      }
    }
    throw none();
  }

  private static RunException none() {
    return new RunException("no trained world in runs; train one with ./simoom genie, or name one");
  }
}
