package dev.simoom.models.play;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A game under its name on the server, with its pictures and the actions that led to each. */
final class PlayedGame implements AutoCloseable {
  /** Frames that an answer shows when more than the last one may be new to the page. */
  static final int SHOWN = 24;

  private static final int CONFLICT = 409;

  private final String id;
  private final PlayableWorld.Game game;
  private final FrameImages images;
  private final int maxFrames;
  private final List<Integer> actions = new ArrayList<>();

  /** In base 64, as they are sent; made once, for undoing shows many again. */
  private final List<String> pictures = new ArrayList<>();

  PlayedGame(String id, PlayableWorld.Game game, FrameImages images, int maxFrames) {
    this.id = id;
    this.game = game;
    this.images = images;
    this.maxFrames = maxFrames;
    addPicture();
  }

  String id() {
    return id;
  }

  List<byte[]> frames() {
    return game.frames();
  }

  void step(int action) throws Refusal {
    if (pictures.size() >= maxFrames) {
      throw new Refusal(
          CONFLICT, "A game ends after " + maxFrames + " frames; undo, or start a new one");
    }
    game.step(action);
    actions.add(action);
    addPicture();
  }

  void undo(int steps) throws Refusal {
    if (steps < 0 || steps > actions.size()) {
      throw new Refusal(CONFLICT, "There are " + actions.size() + " steps to undo, not " + steps);
    }
    game.undo(steps);
    actions.subList(actions.size() - steps, actions.size()).clear();
    pictures.subList(pictures.size() - steps, pictures.size()).clear();
  }

  /**
   * The game as JSON: its id, the number of its frames and the last of them, each with its picture
   * as PNG in base 64 and the action that led to it.
   */
  ObjectNode json(int shown) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("game", id).put("length", pictures.size());
    ArrayNode nodes = node.putArray("frames");
    for (int f = Math.max(0, pictures.size() - shown); f < pictures.size(); f++) {
      ObjectNode frame = nodes.addObject().put("png", pictures.get(f));
      frame.put("action", f == 0 ? null : actions.get(f - 1));
    }
    return node;
  }

  private void addPicture() {
    pictures.add(Base64.getEncoder().encodeToString(images.png(frames().getLast())));
  }

  @Override
  public void close() {
    game.close();
  }
}
