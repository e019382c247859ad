package dev.simoom.kernels.tornado.codegen;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;

/**
 * The rows of a block.
 *
 * @param first local with the first one
 * @param end local with the one to stop before
 */
record BlockRows(int first, int end) {
  /** Works them out from the block's number. */
  static BlockRows of(DeviceCode device, Partials partials, int block) {
    CodeBuilder code = device.code;
    code.iload(block);
    device.divide(partials.blocks());
    code.loadConstant(partials.rows()).imul();
    int reduced = device.keepInt();
    code.iload(block);
    device.remainder(partials.blocks());
    code.loadConstant(partials.blockRows()).imul().iload(reduced).iadd();
    int first = device.keepInt();
    code.iload(first).loadConstant(partials.blockRows()).iadd();
    int end = device.keepInt();
    Label whole = code.newLabel();
    code.iload(reduced).loadConstant(partials.rows()).iadd().iload(end).if_icmpge(whole);
    code.iload(reduced).loadConstant(partials.rows()).iadd().istore(end).labelBinding(whole);
    return new BlockRows(first, end);
  }
}
