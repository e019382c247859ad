/** Language models that others trained, read from the folders in which Hugging Face keeps them. */
@NullMarked
package dev.simoom.models.pretrained;

import org.jspecify.annotations.NullMarked;
