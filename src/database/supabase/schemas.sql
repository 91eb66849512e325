create schema extensions authorization postgres;
