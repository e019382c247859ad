package dev.simoom.kernels.simd;

import dev.simoom.kernels.simd.LoopSchedule.Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.CodeAttribute;
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

  /**
   * Bytecodes of one method. The first compiler tier runs out of registers somewhat above, and a
   * method it gives up on may stay interpreted for good.
   */
  private static final int LONGEST_METHOD = 950;

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

  private final LoopSchedule schedule;
  private final LoopFrame frame;
  private final ClassDesc self;

  private LoopCompiler(LoopStructure structure, int groupWeight) {
    schedule = new LoopSchedule(structure, groupWeight);
    frame =
        new LoopFrame(
            structure.slots(),
            structure.rowReductions().size(),
            schedule.blockPlaces(),
            schedule.rowPlaces());
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
      if (weight <= SMALLEST_GROUP || longestMethod(bytes) <= LONGEST_METHOD) {
        return compiler.define(bytes);
      }
      weight /= 2;
    }
  }

  private static int longestMethod(byte[] bytes) {
    return ClassFile.of().parse(bytes).methods().stream()
        .flatMap(m -> m.findAttribute(Attributes.code()).stream())
        .mapToInt(CodeAttribute::codeLength)
        .max()
        .orElse(0);
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
    type.withMethodBody("run", RUN, PUBLIC_FINAL, this::writeRun);
    for (int p = 0; p < schedule.passes.size(); p++) {
      List<Group> groups = schedule.passes.get(p);
      for (int g = 0; g < groups.size(); g++) {
        Group group = groups.get(g);
        method(type, name(p, g, false), code -> emitter(group, false, code).columns());
        method(type, name(p, g, true), code -> emitter(group, true, code).columns());
      }
    }
    if (!schedule.rowStores.isEmpty()) {
      Group none = new Group(List.of(), Map.of(), Map.of());
      method(type, "rowStores", code -> emitter(none, false, code).rowStores());
    }
  }

  private GroupEmitter emitter(Group group, boolean tail, CodeBuilder code) {
    return new GroupEmitter(schedule, frame, group, tail, code);
  }

  private static String name(int pass, int group, boolean tail) {
    return "pass" + pass + "group" + group + (tail ? "tail" : "");
  }

  private static void method(
      ClassBuilder type, String name, java.util.function.Consumer<CodeBuilder> body) {
    type.withMethodBody(
        name, GroupEmitter.SIGNATURE, ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC, body);
  }

  /** Calls the groups of a pass; parameters: this, pass, frame, rows, column, count. */
  private void writeRun(CodeBuilder code) {
    for (int p = 0; p < schedule.passes.size(); p++) {
      Label next = code.newLabel();
      code.iload(1).loadConstant(p).if_icmpne(next);
      List<Group> groups = schedule.passes.get(p);
      for (int g = 0; g < groups.size(); g++) {
        // With reductions the first method must run in any case: it resets the accumulators.
        boolean always = groups.get(g).items().stream().anyMatch(this::isRowReduction);
        Label tail = code.newLabel();
        if (!always) {
          code.iload(8).loadConstant(Simd.LANES).if_icmplt(tail);
        }
        call(code, name(p, g, false));
        code.labelBinding(tail);
        Label done = code.newLabel();
        code.iload(8).loadConstant(Simd.LANES - 1).iand().ifeq(done);
        call(code, name(p, g, true));
        code.labelBinding(done);
      }
      code.return_();
      code.labelBinding(next);
    }
    if (!schedule.rowStores.isEmpty()) {
      call(code, "rowStores");
    }
    code.return_();
  }

  private boolean isRowReduction(int i) {
    return schedule.structure.rowReductions().contains(i);
  }

  private void call(CodeBuilder code, String method) {
    code.lload(2).lload(4).lload(6).iload(8);
    code.invokestatic(self, method, GroupEmitter.SIGNATURE);
  }
}
