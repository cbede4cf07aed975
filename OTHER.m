L(A,B,C) W A,C,";" D L^T(I) Q
F(A,B) Q A3
