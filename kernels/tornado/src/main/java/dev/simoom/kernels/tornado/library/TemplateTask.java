package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts together a task of a template whose scalars begin with where each array's data starts, in
 * the order of the arrays.
 */
final class TemplateTask {
  private final String name;
  private final Class<?> owner;
  private final String method;
  private final List<ArrayRef> arrays = new ArrayList<>();
  private final List<Object> scalars = new ArrayList<>();
  private final Map<String, Code.Redirect> redirected = new HashMap<>();

  /**
   * A task without arguments.
   *
   * @param name of what it computes
   * @param owner class of the template
   * @param method the template
   * @param places its arrays
   */
  TemplateTask(String name, Class<?> owner, String method, Place... places) {
    this.name = name;
    this.owner = owner;
    this.method = method;
    for (Place place : places) {
      arrays.add(place.array());
      scalars.add(place.offset());
    }
  }

  /** Adds integers. */
  TemplateTask with(int... values) {
    for (int value : values) {
      scalars.add(value);
    }
    return this;
  }

  /** Adds a real number. */
  TemplateTask withReal(float value) {
    scalars.add(value);
    return this;
  }

  /** Calls something else in the place of a method of the template's class. */
  TemplateTask calling(String instead, Code.Redirect redirect) {
    redirected.put(instead, redirect);
    return this;
  }

  /** Adds arrays that only a redirected call uses, after all others. */
  TemplateTask using(Iterable<Place> places) {
    for (Place place : places) {
      if (!arrays.contains(place.array())) {
        arrays.add(place.array());
      }
    }
    return this;
  }

  /** The task over a grid. */
  Task over(Grid grid) {
    return new Task(name, new Code.Template(owner, method, scalars, redirected), arrays, grid);
  }
}
