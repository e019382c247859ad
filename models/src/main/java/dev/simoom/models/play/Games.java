package dev.simoom.models.play;

import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The games that are alive, a few at most: a new one closes the one that was left alone longest.
 */
final class Games implements AutoCloseable {
  static final int LIMIT = 8;

  private static final int MAX_FRAMES = 3_000;
  private static final long MAX_BYTES = 32L << 20;
  private static final int NOT_FOUND = 404;

  private final PlayableWorld world;
  private final FrameImages images;
  private final int maxFrames;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, PlayedGame> alive = new LinkedHashMap<>(LIMIT, 0.75f, true);

  Games(PlayableWorld world, FrameImages images) {
    this.world = world;
    this.images = images;
    long frameBytes = 3L * world.height() * world.width();
    this.maxFrames = Math.clamp(MAX_BYTES / frameBytes, 2, MAX_FRAMES);
  }

  PlayedGame start(byte[] frame) {
    if (alive.size() == LIMIT) {
      Iterator<PlayedGame> leastRecent = alive.values().iterator();
      PlayedGame closed = leastRecent.next();
      leastRecent.remove();
      closed.close();
    }
    String id = Long.toHexString(random.nextLong() | Long.MIN_VALUE);
    PlayedGame game = new PlayedGame(id, world.start(frame), images, maxFrames);
    alive.put(id, game);
    return game;
  }

  PlayedGame get(String id) throws Refusal {
    PlayedGame game = alive.get(id);
    if (game == null) {
      throw new Refusal(
          NOT_FOUND, "There is no such game (any more): the " + LIMIT + " played last are kept");
    }
    return game;
  }

  void close(String id) throws Refusal {
    PlayedGame game = get(id);
    alive.remove(id);
    game.close();
  }

  @Override
  public void close() {
    alive.values().forEach(PlayedGame::close);
    alive.clear();
  }
}
