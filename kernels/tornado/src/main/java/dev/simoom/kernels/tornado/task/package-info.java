/**
 * What a launch becomes on a device: tasks, each one static method over device arrays run by a grid
 * of work items.
 */
@NullMarked
package dev.simoom.kernels.tornado.task;

import org.jspecify.annotations.NullMarked;
