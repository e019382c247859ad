package dev.simoom.models.play;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** What the page asks of the server: about the world, and games in it. */
final class PlayApi {
  static final int MAX_UPLOAD = 8 << 20;
  static final int MAX_PIXELS = 20_000_000;

  /** Frames that a GIF shows at most, the last ones of a long game. */
  static final int GIF_FRAMES = 600;

  private static final int BAD = 400;
  private static final int NOT_FOUND = 404;

  private final PlayableWorld world;
  private final PictureReader pictures;
  private final GifSaver gifs;
  private final WorldThread thread;
  private final FrameImages images;
  private final Games games;

  PlayApi(PlayableWorld world, PictureReader pictures, GifSaver gifs, WorldThread thread) {
    this.world = world;
    this.pictures = pictures;
    this.gifs = gifs;
    this.thread = thread;
    this.images = new FrameImages(world.height(), world.width());
    this.games = new Games(world, images);
  }

  List<Route> routes() {
    String game = "/api/games/([0-9a-f]{16})";
    return List.of(
        Route.of("GET", "/api/world", this::world),
        Route.of("GET", "/api/starts/([0-9]{1,6})[.]png", this::startFrame),
        Route.of("POST", "/api/games", this::start),
        Route.of("GET", game, this::show),
        Route.of("DELETE", game, this::close),
        Route.of("POST", game + "/step", this::step),
        Route.of("POST", game + "/undo", this::undo),
        Route.of("GET", game + "/gif", this::gif));
  }

  /** To be called on the world's thread. */
  void closeGames() {
    games.close();
  }

  private Answer world(Request request) throws Refusal, InterruptedException {
    return thread.call(
        () -> {
          ObjectNode node = JsonNodeFactory.instance.objectNode();
          node.put("height", world.height()).put("width", world.width());
          world.actions().forEach(node.putArray("actions")::add);
          node.put("starts", world.startFrames());
          Palette.of(world).forEach(node.putArray("palette")::add);
          node.put("maxUpload", MAX_UPLOAD).put("gifFrames", GIF_FRAMES);
          return Answer.json(node);
        });
  }

  private Answer startFrame(Request request) throws Refusal, InterruptedException {
    int index = request.number();
    return thread.call(() -> Answer.of("image/png", images.png(startFrame(index))));
  }

  private byte[] startFrame(int index) throws Refusal {
    if (index < 0 || index >= world.startFrames()) {
      throw new Refusal(
          NOT_FOUND, "The world brings " + world.startFrames() + " frames to start from");
    }
    return world.startFrame(index);
  }

  private Answer start(Request request) throws Refusal, IOException, InterruptedException {
    if (request.isJson()) {
      int index = request.number("start");
      return thread.call(() -> started(startFrame(index)));
    }
    byte[] file = request.body(MAX_UPLOAD);
    return thread.call(() -> started(frameOf(file)));
  }

  private Answer started(byte[] frame) {
    return Answer.json(games.start(frame).json(1));
  }

  private byte[] frameOf(byte[] file) throws Refusal {
    try {
      return pictures.read(file, MAX_PIXELS, world.height(), world.width());
    } catch (IOException | IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new Refusal(BAD, message.isBlank() ? "That is no picture" : message);
    }
  }

  private Answer show(Request request) throws Refusal, InterruptedException {
    return thread.call(() -> Answer.json(games.get(request.name()).json(PlayedGame.SHOWN)));
  }

  private Answer close(Request request) throws Refusal, InterruptedException {
    return thread.call(
        () -> {
          games.close(request.name());
          return Answer.nothing();
        });
  }

  private Answer step(Request request) throws Refusal, IOException, InterruptedException {
    int action = request.number("action");
    int actions = world.actions().size();
    if (action < 0 || action >= actions) {
      throw new Refusal(BAD, "There is no action " + action + " among the world's " + actions);
    }
    return thread.call(
        () -> {
          PlayedGame game = games.get(request.name());
          long began = System.nanoTime();
          game.step(action);
          double millis = (System.nanoTime() - began) / 1e6;
          return Answer.json(game.json(1).put("millis", Math.round(100 * millis) / 100.0));
        });
  }

  private Answer undo(Request request) throws Refusal, IOException, InterruptedException {
    int steps = request.number("steps");
    return thread.call(
        () -> {
          PlayedGame game = games.get(request.name());
          game.undo(steps);
          return Answer.json(game.json(PlayedGame.SHOWN));
        });
  }

  private Answer gif(Request request) throws Refusal, InterruptedException {
    return thread.call(
        () -> {
          List<byte[]> frames = games.get(request.name()).frames();
          List<byte[]> last =
              frames.subList(Math.max(0, frames.size() - GIF_FRAMES), frames.size());
          ByteArrayOutputStream rgb = new ByteArrayOutputStream();
          last.forEach(rgb::writeBytes);
          ByteArrayOutputStream file = new ByteArrayOutputStream();
          gifs.write(file, last.size(), world.height(), world.width(), rgb.toByteArray());
          return Answer.file("image/gif", file.toByteArray(), "simoom-game.gif");
        });
  }
}
