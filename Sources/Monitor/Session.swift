import Emu
