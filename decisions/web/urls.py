"""The addresses of the pages: paths are nouns, the verb is the method or the last part."""

from django.contrib.auth import views as sign_in
from django.urls import path

urlpatterns = [
    path("sign-in", sign_in.LoginView.as_view(), name="sign-in"),
    path("sign-out", sign_in.LogoutView.as_view(), name="sign-out"),
]
