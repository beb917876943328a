package dev.danta.archfixture.name;

/** Only its name matters. */
interface Thing {}
