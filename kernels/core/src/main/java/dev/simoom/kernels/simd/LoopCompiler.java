package dev.simoom.kernels.simd;

import dev.simoom.kernels.simd.LoopSchedule.Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns the structure of a loop kernel into a hidden class. Structures are compiled once, so that
 * kernels of different shapes share their warm code.
 *
 * <p>The system property {@code simoom.dump.classes} names a directory to which the bytes of every
 * class are written.
 */
final class LoopCompiler {
  private static final Map<LoopStructure, CompiledLoop> COMPILED = new ConcurrentHashMap<>();
  private static final int LARGEST_GROUP = 64;
  private static final int SMALLEST_GROUP = 4;

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int PUBLIC_FINAL = ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL;
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          ConstantDescs.CD_int,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_int);

  private static final int PRIVATE_STATIC = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC;
  private static final Group NONE = new Group(List.of(), Map.of(), Map.of());

  private final LoopSchedule schedule;
  private final LoopSlots slots;
  private final LoopFrame frame;
  private final ClassDesc self;

  private LoopCompiler(LoopStructure structure, int groupWeight) {
    schedule = new LoopSchedule(structure, groupWeight);
    frame =
        new LoopFrame(
            structure.operands(),
            structure.rowReductions().size(),
            schedule.blockPlaces(),
            schedule.rowPlaces());
    slots = new LoopSlots(schedule, frame);
    self = ClassDesc.of(LoopCompiler.class.getPackageName(), name(structure));
  }

  static CompiledLoop compile(LoopStructure structure) {
    return COMPILED.computeIfAbsent(structure, LoopCompiler::compileAnew);
  }

  private static CompiledLoop compileAnew(LoopStructure structure) {
    int weight = LARGEST_GROUP;
    while (true) {
      LoopCompiler compiler = new LoopCompiler(structure, weight);
      byte[] bytes = ClassFile.of().build(compiler.self, compiler::write);
      if (weight <= SMALLEST_GROUP || MethodCost.dearest(bytes) <= MethodCost.LIMIT) {
        return compiler.define(bytes);
      }
      weight /= 2;
    }
  }

  private static String name(LoopStructure structure) {
    String kind = structure.rowReductions().isEmpty() ? "Loop" : "RowLoop";
    return kind + structure.body().size() + "_" + NUMBER.incrementAndGet();
  }

  private CompiledLoop define(byte[] bytes) {
    dump(bytes);
    try {
      MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
      Object body = hidden.lookupClass().getDeclaredConstructor().newInstance();
      return new CompiledLoop(schedule, frame, (LoopBody) body);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated class " + self.displayName(), e);
    }
  }

  private void dump(byte[] bytes) {
    String directory = System.getProperty("simoom.dump.classes");
    if (directory != null) {
      try {
        Files.createDirectories(Path.of(directory));
        Files.write(Path.of(directory, self.displayName() + ".class"), bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void write(ClassBuilder type) {
    type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
    type.withInterfaceSymbols(ClassDesc.of(LoopBody.class.getName()));
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .invokespecial(
                    ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_());
    type.withMethodBody(
        "run", RUN, PUBLIC_FINAL, code -> new RunEmitter(schedule, slots, self, code).write());
    for (int p = 0; p < schedule.passes.size(); p++) {
      List<Group> groups = schedule.passes.get(p);
      for (int g = 0; g < groups.size(); g++) {
        Group group = groups.get(g);
        List<Integer> given = slots.of(group);
        method(type, RunEmitter.name(p, g, false), group, given, false);
        method(type, RunEmitter.name(p, g, true), group, given, true);
      }
    }
    if (!schedule.rowStores.isEmpty()) {
      List<Integer> given = slots.ofRowStores();
      type.withMethodBody(
          "rowStores",
          GroupEmitter.signature(given),
          PRIVATE_STATIC,
          code -> emitter(NONE, given, false, code).rowStores());
    }
  }

  private void method(
      ClassBuilder type, String name, Group group, List<Integer> given, boolean tail) {
    type.withMethodBody(
        name,
        GroupEmitter.signature(given),
        PRIVATE_STATIC,
        code -> emitter(group, given, tail, code).columns());
  }

  private GroupEmitter emitter(Group group, List<Integer> given, boolean tail, CodeBuilder code) {
    return new GroupEmitter(schedule, slots, given, frame, group, tail, code);
  }
}
